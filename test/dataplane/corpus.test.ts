/** Malformed packets: the programs and an independent reading of the standards agree about each, and each is counted. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { runCorpus } from './corpus/corpus.ts';
import { expectWhole } from './corpus/corpus-report.ts';
import { LoadedPolicy } from './loaded-policy.ts';
import { whyNoDataplane } from './machine.ts';

const reason = whyNoDataplane();
/** Kernels of the matrix read 150,000: test/long/corpus.test.ts. `CORPUS_PACKETS=10000000 CORPUS_SEED=7 npx vitest run test/dataplane/corpus.test.ts` looks further. */
const PACKETS = Number(process.env['CORPUS_PACKETS'] ?? 30_000);
const SEED = Number(process.env['CORPUS_SEED'] ?? 20260101);

describe.skipIf(reason)(`${PACKETS} malformed packets${reason === null ? '' : ` (${reason})`}`, () => {
  let programs: LoadedPolicy;
  beforeAll(async () => {
    programs = await LoadedPolicy.load(6);
  });
  afterAll(() => programs[Symbol.dispose]());

  it(
    'are judged as the reference judges them, and counted once, with the reason',
    () => {
      expectWhole(runCorpus(programs, PACKETS, SEED), PACKETS);
    },
    Math.max(180_000, PACKETS),
  );
});
