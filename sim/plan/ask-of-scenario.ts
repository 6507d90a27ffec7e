import type { Located } from '../manifest/manifests.ts';

/** Where there is none. */
export const A_SCENARIO = 'a Scenario (`ipvlane init` begins one)';

/** A help that asks for something in a Scenario: in the one that is there, or in one that is begun for it. `file` '': there is none. */
export function askOfScenario(what: string, { file }: Pick<Located, 'file'>): string {
  return `write ${what} into ${file === '' ? A_SCENARIO : file}`;
}
