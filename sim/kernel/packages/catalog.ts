/** The kernels that can be had by name, and where in Debian's archive each of them lies. */

export interface CatalogEntry {
  /** As `--kernel` and `ipvlane kernels pull` take it. */
  readonly name: string;
  /** What boots it. */
  readonly kind: 'qemu' | 'uml';
  /** Suites to look in, best first; a suite's security updates are looked at with it. */
  readonly suites: readonly string[];
  /** Finds the package that holds the kernel; its first group is the release, where the name has it. */
  readonly package: RegExp;
  readonly what: string;
}

/** Cloud kernels have all a lab needs and a quarter of the size; there is no real-time one of them. */
const flavours = {
  cloud: 'stock kernel, cloud flavour',
  rt: 'stock kernel, PREEMPT_RT',
} as const;

function debian(series: string, flavour: keyof typeof flavours, ...suites: string[]): CatalogEntry {
  const escaped = series.replaceAll('.', String.raw`\.`);
  return {
    name: `debian:${series}${flavour === 'cloud' ? '' : `-${flavour}`}`,
    kind: 'qemu',
    suites,
    // Up to 6.12 linux-image-RELEASE holds all; later it is a name only, of linux-binary-RELEASE and linux-modules-RELEASE.
    package: new RegExp(String.raw`^linux-(?:image|binary)-(${escaped}\.\d[0-9a-z.+]*(?:-[0-9.]+)?-${flavour}-amd64)$`),
    what: `${series}, Debian's ${flavours[flavour]}`,
  };
}

function uml(series: string, suite: string): CatalogEntry {
  return {
    name: `uml:${series}`,
    kind: 'uml',
    suites: [suite],
    package: /^user-mode-linux$/,
    what: `${series}, Debian's user-mode Linux`,
  };
}

export const CATALOG: readonly CatalogEntry[] = [
  debian('5.10', 'cloud', 'bullseye'),
  debian('5.10', 'rt', 'bullseye'),
  debian('6.1', 'cloud', 'bookworm'),
  debian('6.1', 'rt', 'bookworm'),
  debian('6.12', 'cloud', 'trixie', 'bookworm'),
  debian('6.12', 'rt', 'trixie', 'bookworm'),
  debian('7.2', 'cloud', 'forky', 'sid'),
  debian('7.2', 'rt', 'forky', 'sid'),
  uml('5.10', 'bullseye'),
  uml('6.1', 'bookworm'),
];

export function catalogEntry(name: string): CatalogEntry | null {
  return CATALOG.find((entry) => entry.name === name) ?? null;
}
