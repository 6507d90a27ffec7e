/** From the name that `--kernel` gives to a kernel. */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { hostKernel } from './host.ts';
import type { Kernel, KernelReport } from './kernel.ts';
import { kernelMeant } from './packages/kernel-meant.ts';
import { catalogKernel } from './catalog-kernel.ts';
import { CATALOG, catalogEntry } from './packages/catalog.ts';
import { storedKernel } from './packages/store.ts';
import { imageOfPath } from './qemu/image-of-path.ts';
import { qemuKernel } from './qemu/qemu.ts';
import { umlKernel, umlVirtualKernel } from './uml/uml.ts';
import { builtUmlVirtual } from './uml-virtual/built.ts';
import type { Clock } from '../trace/record.ts';

/** In the order `auto` prefers them. */
export function allKernels(): readonly Kernel[] {
  return [hostKernel(), umlKernel(), umlVirtualKernel(builtUmlVirtual)];
}

/**
 * `auto` on the real clock: the machine's own kernel if it can, else user-mode Linux; where none can, the last is given,
 * and its start() says what it lacks. `auto` on the virtual clock: what is here, stock kernels first, since a busy loop
 * there costs time, while time stands still for it in uml-virtual.
 * @param clock that it must have; null for the one it takes by itself, which for `auto` is the real one
 * @throws DiagnosticError of kind `machine` for a name that no kernel has, or a kernel without the clock.
 */
export async function chooseKernel(
  name: string,
  clock: Clock | null = null,
  kernels = allKernels(),
): Promise<{ readonly kernel: Kernel; readonly clock: Clock }> {
  if (name === 'auto' && clock === 'virtual')
    return { kernel: await virtualKernelHere(pulledKernels(), kernels), clock };
  const kernel = name === 'auto' ? await firstUsable(kernels) : kernelNamed(name, kernels);
  const [own] = kernel.clocks;
  if (clock === null) return { kernel, clock: own };
  if (kernel.clocks.includes(clock)) return { kernel, clock };
  const other = clock === 'virtual' ? await havingVirtual(kernels) : 'uml';
  throw new DiagnosticError('machine', [
    {
      code: 'E516',
      severity: 'error',
      message: `the kernel \`${name}\` has no ${clock} clock`,
      help: `use --kernel ${other}`,
    },
  ]);
}

/** What is here and needs no package first. */
async function havingVirtual(kernels: readonly Kernel[]): Promise<string> {
  const having = kernels.filter(({ clocks }) => clocks.includes('virtual'));
  const reports = await Promise.all(having.map((kernel) => kernel.inspect()));
  const here = reports.flatMap(({ name, usable }) => (usable ? [name] : []));
  return `${[...here, DEFAULT_VIRTUAL].join(' or ')}, or another of \`ipvlane kernels list\` that QEMU boots`;
}

/** Stock kernels in the cache, 6.12 first, then the newest. */
function pulledKernels(): Kernel[] {
  const names = CATALOG.filter(({ kind, name }) => kind === 'qemu' && storedKernel(name) !== null);
  const newestFirst = names
    .reverse()
    .sort((a, b) => Number(b.name === DEFAULT_VIRTUAL) - Number(a.name === DEFAULT_VIRTUAL));
  return newestFirst.map(catalogKernel);
}

const DEFAULT_VIRTUAL = 'debian:6.12';

async function virtualKernelHere(pulled: readonly Kernel[], kernels: readonly Kernel[]): Promise<Kernel> {
  const having = [...pulled, ...kernels].filter(({ clocks }) => clocks.includes('virtual'));
  for (const kernel of having) if ((await kernel.inspect()).usable) return kernel;
  throw new DiagnosticError('machine', [
    {
      code: 'E513',
      severity: 'error',
      message: 'no kernel that has a virtual clock is on this machine',
      help: `ipvlane kernels pull ${DEFAULT_VIRTUAL} (with qemu-system-x86), or ipvlane kernels build uml-virtual`,
    },
  ]);
}

async function firstUsable(kernels: readonly Kernel[]): Promise<Kernel> {
  const having = kernels.filter(({ clocks }) => clocks.includes('real'));
  for (const kernel of having) if ((await kernel.inspect()).usable) return kernel;
  const last = having.at(-1);
  if (last === undefined) throw new Error('no kernel has a real clock');
  return last;
}

function kernelNamed(name: string, kernels: readonly Kernel[]): Kernel {
  const named = kernels.find((kernel) => kernel.name === name);
  if (named !== undefined) return named;
  const entry = catalogEntry(name) ?? catalogEntry(name.replace(/^qemu:/, ''));
  if (entry !== null) return catalogKernel(entry);
  if (name.startsWith('qemu:')) {
    const image = imageOfPath(name.slice('qemu:'.length));
    return qemuKernel(name, { here: () => image, find: () => Promise.resolve(image) });
  }
  const names = ['auto', ...kernels.map((kernel) => kernel.name), ...CATALOG.map((known) => known.name)];
  throw new DiagnosticError('input', [
    {
      code: 'E514',
      severity: 'error',
      message: `there is no kernel \`${name}\``,
      help: kernelMeant(name, names) ?? `use one of: ${names.join(', ')}`,
    },
  ]);
}

/** What each kernel needs, has and lacks here; for `ipvlane doctor`. */
export async function inspectKernels(): Promise<KernelReport[]> {
  return Promise.all(allKernels().map((kernel) => kernel.inspect()));
}
