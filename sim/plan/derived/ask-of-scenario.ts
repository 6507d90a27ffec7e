import type { Located } from '../../manifest/manifests.ts';

/** A help that asks for something in a Scenario: in the one that is there, or in one that is begun for it. `file` '': there is none. */
export function askOfScenario(what: string, { file }: Pick<Located, 'file'>): string {
  return file === '' ? `write ${what} into a Scenario (\`ipvlane init\` begins one)` : `write ${what} into ${file}`;
}
