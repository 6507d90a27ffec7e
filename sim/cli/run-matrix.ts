/** The pairs of kernel and scenario, several kernels at a time. */
import type { Cell } from '../matrix/matrix.ts';
import { type MatrixKernel, type MatrixScenario, type MatrixSetting, runOnKernel } from './matrix-kernel.ts';

export interface Pair {
  readonly on: MatrixKernel;
  readonly scenario: MatrixScenario;
}

/** Kernels outer, scenarios inner: neighbours share a boot. */
export function pairsOf(kernels: readonly MatrixKernel[], scenarios: readonly MatrixScenario[]): Pair[] {
  return kernels.flatMap((on) => scenarios.map((scenario) => ({ on, scenario })));
}

/**
 * @param jobs how many kernels live at the same time, at most
 * @returns the cells in the order of the pairs; fewer only after `stop`
 * @throws DiagnosticError when the output folder cannot be written; the other kernels have ended then
 */
export async function runMatrix(
  pairs: readonly Pair[],
  jobs: number,
  setting: Omit<MatrixSetting, 'onProgress'> & { readonly onProgress: (kernel: string, words: string) => void },
): Promise<Cell[]> {
  const waiting = unitsOf(pairs).map((unit, at) => ({ ...unit, at }));
  const cells: Cell[][] = waiting.map(() => []);
  const failed = new AbortController();
  const stop = AbortSignal.any([setting.stop, failed.signal]);
  const eta = new Eta(pairs.length, Math.min(jobs, waiting.length), setting.now().getTime());
  const work = async (): Promise<void> => {
    for (let unit = waiting.shift(); unit !== undefined && !stop.aborted; unit = waiting.shift()) {
      const { on, scenarios, at } = unit;
      const onProgress = (words: string): void => setting.onProgress(on.name, words);
      const onCell = (): void => {
        const words = eta.done(setting.now().getTime());
        if (words !== null) setting.onProgress('matrix', words);
      };
      cells[at] = await runOnKernel(on, scenarios, { ...setting, stop, onProgress, onCell });
    }
  };
  const workers = Array.from({ length: Math.min(jobs, waiting.length) }, async () => {
    try {
      await work();
    } catch (error) {
      failed.abort();
      throw error;
    }
  });
  const ends = await Promise.allSettled(workers);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return cells.flat();
}

/** When it will be over, from how long the cells until now took. */
export class Eta {
  readonly #cells: number;
  readonly #jobs: number;
  readonly #beganMs: number;
  #done = 0;

  constructor(cells: number, jobs: number, beganMs: number) {
    this.#cells = cells;
    this.#jobs = jobs;
    this.#beganMs = beganMs;
  }

  /** A cell is done; null when none is left. */
  done(nowMs: number): string | null {
    this.#done += 1;
    const left = this.#cells - this.#done;
    if (left <= 0) return null;
    // Of the last ones some workers have none: the rounds that are left, not the cells.
    const perRound = ((nowMs - this.#beganMs) * this.#jobs) / this.#done;
    const leftMs = perRound * Math.ceil(left / this.#jobs);
    return `${this.#done} of ${this.#cells} cells done, about ${spoken(leftMs)} left`;
  }
}

function spoken(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

interface Unit {
  readonly on: MatrixKernel;
  readonly scenarios: readonly MatrixScenario[];
}

/** What one worker takes: a kernel with all its scenarios; under a virtual clock, which has a boot for each, one of them. */
function unitsOf(pairs: readonly Pair[]): Unit[] {
  const units: { on: MatrixKernel; scenarios: MatrixScenario[] }[] = [];
  for (const { on, scenario } of pairs) {
    const last = units.at(-1);
    if (last?.on === on && on.clock === 'real') last.scenarios.push(scenario);
    else units.push({ on, scenarios: [scenario] });
  }
  return units;
}
