/** Which known kernel somebody most likely meant. Pure. */
import { didYouMean } from '../../diagnostics/nearest.ts';

/**
 * "did you mean `debian:6.12`?": of a name with a version the known one of the same distribution and flavour whose version is nearest,
 * the newer of two; of any other the nearest by its letters. Undefined when nothing is near.
 */
export function kernelMeant(name: string, known: readonly string[]): string | undefined {
  const asked = versioned(name);
  if (asked === null) return didYouMean(name, known);
  const alike = known.flatMap((candidate) => {
    const each = versioned(candidate);
    return each?.line === asked.line
      ? [{ candidate, distance: each.version.map((part, i) => part - (asked.version[i] ?? 0)) }]
      : [];
  });
  const [best] = alike.sort(
    ({ distance: a }, { distance: b }) =>
      Math.abs(a[0] ?? 0) - Math.abs(b[0] ?? 0) ||
      (b[0] ?? 0) - (a[0] ?? 0) ||
      // Of a newer series its first is nearest, of an older one its last.
      (a[0] === 0
        ? Math.abs(a[1] ?? 0) - Math.abs(b[1] ?? 0)
        : (a[0] ?? 0) > 0
          ? (a[1] ?? 0) - (b[1] ?? 0)
          : (b[1] ?? 0) - (a[1] ?? 0)) ||
      (b[1] ?? 0) - (a[1] ?? 0),
  );
  return best === undefined ? didYouMean(name, known) : `did you mean \`${best.candidate}\`?`;
}

/** `debian:6.12-rt`: of the line `debian -rt`. */
function versioned(name: string): { readonly line: string; readonly version: readonly [number, number] } | null {
  const parts = /^([a-z]+):(\d{1,4})(?:\.(\d{1,4}))?(?:\.\d+)*(-[a-z]+)?$/.exec(name);
  if (parts === null) return null;
  return { line: `${parts[1] ?? ''} ${parts[4] ?? ''}`, version: [Number(parts[2]), Number(parts[3] ?? 0)] };
}
