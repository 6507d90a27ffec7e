import { expect, test } from 'vitest';
import { PROGRAM_NAMES } from '../../dataplane/bpf/program-name.ts';
import { loadBpfObject } from '../../sim/linux/bpf.ts';
import { whyNoDataplane } from './machine.ts';
import { compileDataplane } from './object.ts';
import { VERIFIER_ROOM } from './verifier-room.ts';

const reason = whyNoDataplane();

// On the machine's own kernel; test/long/kernels.test.ts asks all others.
test.skipIf(reason)(`the programs are small to verify${reason === null ? '' : ` (skipped: ${reason})`}`, async () => {
  using file = await compileDataplane();
  using object = loadBpfObject(file.path);
  const walked = PROGRAM_NAMES.map((name) => object.program(name).verifiedInsns ?? 0);
  expect(Math.min(...walked)).toBeGreaterThan(0);
  expect(walked.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(VERIFIER_ROOM);
});
