import { expect, test } from 'vitest';
import { killAndLook, type Victim } from './kill.ts';

/** Moments in milliseconds after the first process of the kernel: the enclosure, the boot, node's start, the running lab. */
const MOMENTS: readonly (readonly [Victim, number])[] = [
  ['front-end', 5],
  ['front-end', 420],
  ['front-end', 1900],
  ['uml', 1300],
  ['launcher', 900],
];

test.each(MOMENTS)(
  'kill -9 of the %s after %d ms leaves nothing behind',
  async (victim, ms) => {
    const remains = await killAndLook(victim, { after: 'start', ms });
    expect(remains.before.processes).toBeGreaterThan(0);
    expect(remains).toMatchObject({ processes: [], namespaces: [], mounts: [], files: [], links: [], earlier: [] });
  },
  30_000,
);
