/** From the name that `--kernel` gives to a kernel. */
import { didYouMean } from '../diagnostics/nearest.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { hostKernel } from './host.ts';
import type { Kernel, KernelReport } from './kernel.ts';
import { umlKernel } from './uml.ts';

/** In the order `auto` prefers them. */
export function allKernels(): readonly Kernel[] {
  return [hostKernel(), umlKernel()];
}

/**
 * `auto`: the machine's own kernel if it can, else user-mode Linux. Where none can, the last is given, and its
 * start() says what it lacks.
 * @throws DiagnosticError of kind `machine` for a name that no kernel has.
 */
export async function chooseKernel(name: string, kernels = allKernels()): Promise<Kernel> {
  const named = kernels.find((kernel) => kernel.name === name);
  if (named !== undefined) return named;
  if (name === 'auto') {
    for (const kernel of kernels) if ((await kernel.inspect()).usable) return kernel;
    const last = kernels.at(-1);
    if (last !== undefined) return last;
  }
  const names = ['auto', ...kernels.map((kernel) => kernel.name)];
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
