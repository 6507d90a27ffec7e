import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { scenarioDraft } from '../plan/derived/scenario-draft.ts';
import type { Action } from './command.ts';
import { EXIT } from './exit-code.ts';
import { loadPlanOrThrow } from './load-plan.ts';
import { attempt } from './output/unwritable.ts';

const FILE = 'scenario.yaml';

/** Writes a Scenario for the manifests of a folder: beside them, elsewhere (`--out`), or on standard output (`--out -`). */
export const init: Action = (environment, paths, options) => {
  const [folder = '.'] = paths;
  const out = typeof options.out === 'string' ? options.out : join(folder, FILE);
  const place = resolve(environment.cwd, out);
  if (out !== '-') refuseNoPlace(environment.cwd, folder, out, options.out !== undefined);
  if (out !== '-' && options.force !== true && existsSync(place)) {
    const help = 'write `--force` to put a new one in its place, or `--out FILE`';
    throw new DiagnosticError('manifest', [
      { code: 'E451', severity: 'error', message: `${out} is there already`, help },
    ]);
  }
  const { plan, files } = loadPlanOrThrow(environment, paths, { withoutScenario: true });
  const from = out === '-' ? resolve(environment.cwd, folder) : dirname(place);
  const text = scenarioDraft(plan, manifestsOf(files, environment.cwd, from, place));
  if (out === '-') environment.stdout.write(text);
  else {
    attempt(place, () => writeFileSync(place, text), out);
    const again = relative(environment.cwd, place);
    environment.stderr.write(
      `${out} is written: change it, \`ipvlane check ${again}\` it, \`ipvlane run ${again}\` it\n`,
    );
  }
  return Promise.resolve(EXIT.ok);
};

/** The files themselves, unless all lie beside the Scenario: then whatever else comes to lie there is meant too. */
function manifestsOf(
  files: readonly { readonly file: string }[],
  cwd: string,
  from: string,
  scenario: string,
): string[] {
  const places = files.map(({ file }) => resolve(cwd, file)).filter((place) => place !== scenario);
  const names = places.map((place) => relative(from, place));
  return names.every((name) => dirname(name) === '.') ? ['.'] : names;
}

/** Before anything is read: whether the place is a file's, and lies in a folder. */
function refuseNoPlace(cwd: string, folder: string, out: string, isNamed: boolean): void {
  const refuse = (message: string, help: string): never => {
    throw new DiagnosticError('manifest', [{ code: 'E501', severity: 'error', message, help }]);
  };
  const kindOf = (path: string): 'folder' | 'other' | null => {
    const stat = statSync(resolve(cwd, path), { throwIfNoEntry: false });
    return stat === undefined ? null : stat.isDirectory() ? 'folder' : 'other';
  };
  if (!isNamed) {
    if (kindOf(folder) !== 'other') return;
    refuse(
      `${folder} is no folder that a Scenario could be written into`,
      `give its folder, \`ipvlane init ${dirname(folder)}\`, or say where it goes: \`ipvlane init ${folder} --out FILE\``,
    );
  }
  if (kindOf(out) === 'folder') refuse(`${out} is a folder`, `name a file in it: \`--out ${join(out, FILE)}\``);
  if (kindOf(dirname(out)) !== 'folder') {
    const make = kindOf(dirname(out)) === null ? `make it first, \`mkdir -p ${dirname(out)}\`, or ` : '';
    refuse(
      `${out} cannot be written: ${dirname(out)} is no folder`,
      `${make}choose another place by \`--out FILE\`, or \`--out -\` for standard output`,
    );
  }
}
