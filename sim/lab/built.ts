/** The record of something built: how long it took, and with --show-commands what it amounts to. */
import type { BuildRecord } from '../trace/record.ts';
import type { Lab } from './lab.ts';

/** Runs `build` and records it; a failing build leaves no record and throws on. */
export function built<T>(
  lab: Lab,
  what: BuildRecord['what'],
  name: string,
  build: () => T,
  facts: (result: T) => Pick<BuildRecord, 'programs'> = () => ({}),
): T {
  const begun = lab.clock.now();
  const result = build();
  const t = lab.clock.now();
  lab.record({ type: 'build', t, what, name, durationNs: t - begun, ...lab.takeCommands(), ...facts(result) });
  return result;
}
