import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';
import { parseTolerances, type Tolerances, TOLERANCES } from '../matrix/baseline.ts';
import type { Shard } from '../matrix/matrix.ts';
import { parseShard } from '../matrix/shard.ts';
import type { Clock } from '../trace/record.ts';
import { clockWanted } from './clock-wanted.ts';
import type { Environment } from './environment.ts';
import { STALL_LIMITS, type StallLimits } from './stall-guard.ts';

export interface MatrixSettings {
  readonly kernels: readonly string[];
  /** null: each kernel its own. */
  readonly clock: Clock | null;
  /** null: as many as the machine has room for. */
  readonly jobs: number | null;
  readonly shard: Shard | null;
  readonly baseline: string | null;
  readonly tolerances: Tolerances;
  readonly memoryMiB: number;
  readonly stallLimits: StallLimits;
  /** How often a cell is run again that did not come to its end. */
  readonly retries: number;
  readonly out: string | null;
  readonly json: boolean;
}

/**
 * The options of `matrix` and `merge`, typed.
 * @throws DiagnosticError of kind `input` with all that is wrong with them
 */
export function matrixSettings(environment: Environment, options: Readonly<Record<string, unknown>>): MatrixSettings {
  const text = (name: string): string | null => (typeof options[name] === 'string' ? options[name] : null);
  const wrong: string[] = [];
  const take = <T extends object>(read: T | string): T | null => {
    if (typeof read !== 'string') return read;
    wrong.push(read);
    return null;
  };
  const kernels = (text('kernels') ?? '').split(',').map((name) => name.trim());
  const shard = text('shard');
  const tolerance = text('tolerance');
  const settings: MatrixSettings = {
    kernels,
    clock: clockWanted(options),
    jobs: typeof options.jobs === 'number' ? options.jobs : null,
    shard: shard === null ? null : take(parseShard(shard, environment.variables)),
    baseline: text('baseline'),
    tolerances: (tolerance === null ? null : take(parseTolerances(tolerance))) ?? TOLERANCES,
    memoryMiB: Number(options.memory),
    stallLimits: { ...STALL_LIMITS, silenceMs: Number(options.stallTimeout ?? STALL_LIMITS.silenceMs / 1000) * 1000 },
    retries: Number(options.retries ?? 0),
    out: text('out'),
    json: options.json === true,
  };
  if (options.kernels !== undefined) wrong.push(...wrongKernels(kernels));
  if (tolerance !== null && settings.baseline === null) wrong.push('--tolerance says nothing without --baseline');
  if (wrong.length > 0) throw new DiagnosticError('input', wrong.map(wrongOption));
  return settings;
}

function wrongKernels(names: readonly string[]): string[] {
  if (names.includes('')) return ['--kernels has an empty name; write them as uml,debian:6.12'];
  const again = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  return again.map((name) => `--kernels names ${name} twice`);
}

function wrongOption(message: string): Diagnostic {
  return { code: 'E531', severity: 'error', message, help: 'run `ipvlane matrix --help` for the options and examples' };
}
