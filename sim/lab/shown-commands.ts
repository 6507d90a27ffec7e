/** `--show-commands`: what the lab did, as lines to paste, in the records of the trace. */
import { decodeLimit, decodeWire, encodeLimit, encodeWire } from '../../dataplane/bpf/abi.generated.ts';
import { CommandWriter } from '../linux/commands/command-writer.ts';
import { observeOperations } from '../linux/observer.ts';
import type { BuildRecord } from '../trace/record.ts';
import type { LabClock } from './clock.ts';

/** For a record: the lines of what was done since the last record that has them; no field where nothing was. */
export type TakeCommands = () => Pick<BuildRecord, 'commands'>;

export interface ShownCommands extends Disposable {
  readonly take: TakeCommands;
}

/** From now on, of all that this process does, until disposed. What was heard by then can still be taken. */
export function showCommands(clock: Pick<LabClock, 'monotonic'>): ShownCommands {
  const begun = clock.monotonic(0);
  const writer = new CommandWriter((map, value) => retold(map, value, begun));
  const observed = observeOperations((operation) => {
    writer.hear(operation);
  });
  return {
    take: () => {
      const commands = writer.take();
      return commands.length === 0 ? {} : { commands };
    },
    [Symbol.dispose]: () => {
      observed[Symbol.dispose]();
    },
  };
}

/**
 * Times of this machine's clock are told as the lab's own, from its beginning: on a machine that has been up for longer they are past,
 * and on none a far future that packets would wait for.
 */
function retold(map: string, value: Uint8Array, begun: number): Uint8Array {
  const since = (ns: number): number => Math.max(0, ns - begun);
  switch (map) {
    case 'wires': {
      const wire = decodeWire(value);
      return encodeWire({ ...wire, start: since(wire.start) });
    }
    case 'limits': {
      const limit = decodeLimit(value);
      const { tLast, owedFrom, sparseUntil } = limit;
      const times = { tLast: since(tLast), owedFrom: since(owedFrom), sparseUntil: since(sparseUntil) };
      return encodeLimit({ ...limit, ...times });
    }
    default:
      return value;
  }
}
