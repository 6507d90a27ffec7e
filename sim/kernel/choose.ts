/** From the name that `--kernel` gives to a kernel. */
import { didYouMean } from '../diagnostics/nearest.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { hostKernel } from './host.ts';
import type { Kernel, KernelReport } from './kernel.ts';
import { catalogKernel } from './catalog-kernel.ts';
import { CATALOG, catalogEntry } from './packages/catalog.ts';
import { imageOfPath } from './qemu/image-of-path.ts';
import { qemuKernel } from './qemu/qemu.ts';
import { umlKernel, umlVirtualKernel } from './uml.ts';
import { builtUmlVirtual } from './uml-virtual/cache.ts';
import type { Clock } from '../trace/record.ts';

/** In the order `auto` prefers them. */
export function allKernels(): readonly Kernel[] {
  return [hostKernel(), umlKernel(), umlVirtualKernel(builtUmlVirtual())];
}

/**
 * `auto`: the first that can, of those that have the clock; the machine's own kernel if it can, else user-mode Linux.
 * Where none can, the last is given, and its start() says what it lacks.
 * @param clock that it must have; null for the one it takes by itself, which for `auto` is the real one
 * @throws DiagnosticError of kind `machine` for a name that no kernel has, or a kernel without the clock.
 */
export async function chooseKernel(
  name: string,
  clock: Clock | null = null,
  kernels = allKernels(),
): Promise<{ readonly kernel: Kernel; readonly clock: Clock }> {
  const kernel = name === 'auto' ? await firstUsable(clock ?? 'real', kernels) : kernelNamed(name, kernels);
  const [own] = kernel.clocks;
  if (clock === null) return { kernel, clock: own };
  if (kernel.clocks.includes(clock)) return { kernel, clock };
  const having = kernels.filter(({ clocks }) => clocks.includes(clock)).map((other) => other.name);
  throw new DiagnosticError('machine', [
    {
      code: 'E516',
      severity: 'error',
      message: `the kernel \`${name}\` has no ${clock} clock, only a ${kernel.clocks.join(' and a ')} one`,
      help: `use --kernel ${having.join(' or ')}`,
    },
  ]);
}

async function firstUsable(clock: Clock, kernels: readonly Kernel[]): Promise<Kernel> {
  const having = kernels.filter(({ clocks }) => clocks.includes(clock));
  for (const kernel of having) if ((await kernel.inspect()).usable) return kernel;
  const last = having.at(-1);
  if (last === undefined) throw new Error(`no kernel has a ${clock} clock`);
  return last;
}

function kernelNamed(name: string, kernels: readonly Kernel[]): Kernel {
  const named = kernels.find((kernel) => kernel.name === name);
  if (named !== undefined) return named;
  const entry = catalogEntry(name) ?? catalogEntry(name.replace(/^qemu:/, ''));
  if (entry !== null) return catalogKernel(entry);
  if (name.startsWith('qemu:')) {
    const image = imageOfPath(name.slice('qemu:'.length));
    return qemuKernel(name, () => Promise.resolve(image));
  }
  const names = ['auto', ...kernels.map((kernel) => kernel.name), ...CATALOG.map((known) => known.name)];
  throw new DiagnosticError('machine', [
    {
      code: 'E514',
      severity: 'error',
      message: `there is no kernel \`${name}\``,
      help: didYouMean(name, names) ?? `use one of: ${names.join(', ')}`,
    },
  ]);
}

/** What each kernel needs, has and lacks here; for `ipvlane doctor`. */
export async function inspectKernels(): Promise<KernelReport[]> {
  return Promise.all(allKernels().map((kernel) => kernel.inspect()));
}
