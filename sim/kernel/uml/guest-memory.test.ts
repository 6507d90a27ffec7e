import { expect, test } from 'vitest';
import type { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { memoryNeeded, refuseMoreThanThereIs, refuseTooLittle, remedyOfDeath } from './guest-memory.ts';

const MACHINE = 4 * 2 ** 30;

test('all the machine has may be given to a guest', () => {
  expect(() => {
    refuseMoreThanThereIs('boot it', 4096, MACHINE);
  }).not.toThrow();
});

test('more than the machine has is refused, with what it has, and never with the advice to give more', () => {
  let thrown: unknown;
  try {
    refuseMoreThanThereIs('boot it', 4097, MACHINE);
  } catch (error) {
    thrown = error;
  }
  expect((thrown as DiagnosticError).diagnostics).toMatchObject([
    {
      code: 'E513',
      message: 'cannot boot it: the guest is to have 4097 MiB of memory, and this machine has 4096 MiB',
      help: 'give it less than 4096 with --memory, or leave --memory out',
    },
  ]);
});

test('a guest whose memory the machine did not give is to have less, another one more', () => {
  const said = "qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory";
  expect(remedyOfDeath(said)).toMatch(/less --memory/);
  expect(remedyOfDeath('Kernel panic - not syncing: Out of memory')).toMatch(/more --memory/);
});

const lab = (pods: number, pcap = false) => ({ plan: { pods: Array.from({ length: pods }) }, options: { pcap } });

test('a guest that is too small for its pods is refused with what it needs, and how that is reckoned', () => {
  expect(memoryNeeded(10_000)).toBe(3328);
  refuseTooLittle('boot it', 3328, lab(10_000));
  expect(() => {
    refuseTooLittle('boot it', 3327, lab(10_000));
  }).toThrow(
    'cannot boot it: the guest is to have 3327 MiB of memory, and 10000 pods take about 3328 MiB: 128, and 0.32 for each',
  );
});

test('captures are reckoned: each pod has a tcpdump', () => {
  refuseTooLittle('boot it', 1728, lab(5_000));
  const needed = memoryNeeded(5_000, 5_000);
  expect(needed).toBeGreaterThan(memoryNeeded(5_000));
  refuseTooLittle('boot it', needed, lab(5_000, true));
  let thrown: unknown;
  try {
    refuseTooLittle('boot it', needed - 1, lab(5_000, true));
  } catch (error) {
    thrown = error;
  }
  expect((thrown as DiagnosticError).diagnostics).toMatchObject([
    {
      code: 'E513',
      message: expect.stringMatching(
        /and 5000 pods with a capture of each take about \d+ MiB: 128, and 0\.32 for each, [\d.]+ for its tcpdump$/,
      ) as string,
      help: `give it --memory ${needed}, leave --pcap out, or ask for fewer pods`,
    },
  ]);
});
