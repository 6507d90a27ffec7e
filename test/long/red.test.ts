/** RED as the discipline of a wire, on a kernel that has it: uml-virtual is built without. */
import { expect, test } from 'vitest';
import { holds, outFolder } from '../scenarios/holds.ts';

const out = outFolder();

test('a queue of discipline red holds to its arithmetic on debian:6.12 in virtual time', async () => {
  const { flows, kernel } = await holds('bandwidth/red/scenario.yaml', out, 'debian:6.12');
  expect(kernel.release).toMatch(/^6\.12/);
  expect(flows).toHaveLength(2);
});
