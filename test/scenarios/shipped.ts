/** The scenarios that ship. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../cli/ipvlane.ts';

const folder = join(REPOSITORY, 'scenarios');
/** Scenario files below `scenarios`, relative to it, but those that have tests of their own: test/long/{pitfalls,scale,red}.test.ts. */
const shipped = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.ya?ml$/.test(name))
  .filter(
    (name) =>
      !name.split('/').some((part) => ['as-documented', 'pitfalls', 'one-master', 'ten-nodes', 'red'].includes(part)),
  )
  .filter((name) => /^kind: Scenario$/m.test(readFileSync(join(folder, name), 'utf8')))
  .sort();

const measures = (name: string): boolean => /^\s*-?\s*(traffic|sleep):/m.test(readFileSync(join(folder, name), 'utf8'));

const isExact = (name: string): boolean => name.startsWith('bandwidth/exact/');

/** Their numbers hold in virtual time alone. */
export const exact: readonly string[] = shipped.filter(isExact);
/** Nothing of these is about time. */
export const asking: readonly string[] = shipped.filter((name) => !isExact(name) && !measures(name));
/** These measure rates or wait: in virtual time, where no rate depends on how busy the machine is. */
export const measuring: readonly string[] = shipped.filter((name) => !isExact(name) && measures(name));
