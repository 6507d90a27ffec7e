import { expect, it } from 'vitest';
import { decodeLimit, decodeWire, encodeLimit, encodeWire, type Limit } from '../../dataplane/bpf/abi.generated.ts';
import { limitEntry } from '../../dataplane/bpf/policy-map.ts';
import { observer } from '../linux/observer.ts';
import { showCommands } from './shown-commands.ts';

/** The machine had been up for a second when the lab began. */
const BEGUN = 1_000_000_000;
const clock = { monotonic: (t: number) => BEGUN + t };

function entry(map: string, value: Uint8Array): void {
  observer.tell?.({
    what: 'update-entry',
    map: { fd: 3, name: map },
    key: Uint8Array.of(1),
    values: [value],
    flags: 'any',
  });
}

/** The value of the last entry told. */
function told(commands: readonly string[] = []): Uint8Array {
  return Uint8Array.from((commands.at(-1)?.split(' value hex ')[1] ?? '').split(' '), (byte) => parseInt(byte, 16));
}

it('tells what was done since it was asked last, and nothing once it is over', () => {
  const shown = showCommands(clock);
  expect(shown.take()).toEqual({});
  observer.tell?.({ what: 'add-namespace', name: 'default/a', fd: 4 });
  expect(shown.take()).toEqual({ commands: ['ip netns add default.a'] });
  observer.tell?.({ what: 'delete-namespace', name: 'default/a', fd: 4 });
  shown[Symbol.dispose]();
  expect(observer.tell).toBeNull();
  expect(shown.take()).toEqual({ commands: ['ip netns delete default.a'] });
});

it('tells times of the machine’s clock as those of the lab', () => {
  using shown = showCommands(clock);
  const wire = { start: BEGUN + 500, periodNs: 20e6, served: 0, queueBytes: 1500, first: 0, count: 3 };
  entry('wires', encodeWire(wire));
  expect(decodeWire(told(shown.take().commands))).toEqual({ ...wire, start: 500 });
  const fresh = limitEntry(1, 'egress', 10e6).value;
  entry('limits', fresh);
  expect(told(shown.take().commands)).toEqual(fresh);
  const limit: Limit = { ...decodeLimit(fresh), tLast: BEGUN + 7, owedFrom: BEGUN + 9, sparseUntil: BEGUN - 1 };
  entry('limits', encodeLimit(limit));
  expect(decodeLimit(told(shown.take().commands))).toEqual({ ...limit, tLast: 7, owedFrom: 9, sparseUntil: 0 });
});
