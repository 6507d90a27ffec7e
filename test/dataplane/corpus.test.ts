/** Malformed packets: the programs and an independent reading of the standards agree about each, and each is counted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DropReason } from '../../dataplane/bpf/abi.generated.ts';
import { runCorpus } from './corpus/corpus.ts';
import { LoadedPolicy } from './loaded-policy.ts';
import { whyNoDataplane } from './machine.ts';

const reason = whyNoDataplane();
/** `CORPUS_PACKETS=10000000 CORPUS_SEED=7 npx vitest run test/dataplane/corpus.test.ts` looks further. */
const PACKETS = Number(process.env['CORPUS_PACKETS'] ?? 150_000);
const SEED = Number(process.env['CORPUS_SEED'] ?? 20260101);

/** What no packet by itself can be the reason of: faults of the loader, room, limits, and the way it came. */
const NOT_OF_PACKETS = [
  'UNKNOWN_ENDPOINT',
  'CT_INSERT_FAILED',
  'EDT_HORIZON',
  'NO_LIMIT',
  'AQM',
  'AROUND_EGRESS',
  'NEIGHBOR_RATE',
];

describe.skipIf(reason)(`${PACKETS} malformed packets${reason === null ? '' : ` (${reason})`}`, () => {
  let programs: LoadedPolicy;
  beforeAll(async () => {
    programs = await LoadedPolicy.load(6);
  });
  afterAll(() => programs[Symbol.dispose]());

  it(
    'are judged as the reference judges them, and counted once, with the reason',
    () => {
      const { packets, decisions } = runCorpus(programs, PACKETS, SEED);
      expect(packets).toBeGreaterThanOrEqual(PACKETS);
      const reasons = Object.keys(DropReason).filter((name) => !NOT_OF_PACKETS.includes(name));
      // The corpus reaches every reason, and most packets of it do not pass.
      expect([...decisions.keys()].sort()).toEqual([...reasons, 'pass'].sort());
      expect(Math.min(...decisions.values())).toBeGreaterThan(PACKETS / 5000);
    },
    Math.max(60_000, PACKETS),
  );
});
