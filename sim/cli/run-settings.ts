import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import type { Clock } from '../trace/record.ts';
import { clockWanted } from './clock-wanted.ts';

export interface RunSettings {
  readonly kernel: string;
  /** null: the one that the kernel takes by itself. */
  readonly clock: Clock | null;
  /** Of a virtual clock's random numbers; null: not asked for. */
  readonly seed: number | null;
  /** null: the scenario's. */
  readonly engine: EngineName | null;
  readonly out: string | null;
  readonly memoryMiB: number;
  /** Without a word of the lab, on the wall clock. */
  readonly stallSeconds: number;
  /** Whether limits are measured where no timeline is written. */
  readonly traffic: boolean;
  readonly pcap: boolean;
  readonly showCommands: boolean;
  readonly hold: boolean;
  readonly json: boolean;
  readonly plain: boolean;
  /** `default/test-5cd8b7c9f-x7k2p` where people read, and not `test[0]`. */
  readonly fullNames: boolean;
  /** What could not be measured here does not change the exit code. */
  readonly allowUnmeasured: boolean;
}

/** The options of the command table, typed; commander has checked them. */
export function runSettings(options: Readonly<Record<string, unknown>>): RunSettings {
  const text = (name: string): string | null => (typeof options[name] === 'string' ? options[name] : null);
  return {
    kernel: text('kernel') ?? 'auto',
    clock: clockWanted(options),
    seed: typeof options.seed === 'number' ? options.seed : null,
    engine: text('engine') as EngineName | null,
    out: text('out'),
    memoryMiB: Number(options.memory),
    stallSeconds: Number(options.stallTimeout),
    traffic: options.traffic !== false,
    pcap: options.pcap === true,
    showCommands: options.showCommands === true,
    hold: options.hold === true,
    json: options.json === true,
    plain: options.plain === true,
    fullNames: options.fullNames === true,
    allowUnmeasured: options.allowUnmeasured === true,
  };
}
