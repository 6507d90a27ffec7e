import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { wrapped } from '../../reports/terminal/columns.ts';
import { Collector } from '../diagnostics/collector.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { printable } from '../diagnostics/printable.ts';
import { diskFiles } from '../manifest/finding/disk-files.ts';
import { STDIN } from '../manifest/finding/files.ts';
import { holdsScenario } from '../manifest/finding/scenarios.ts';
import { Walls } from '../manifest/finding/walls.ts';
import { decodeText } from '../manifest/finding/source-text.ts';
import { parseYaml } from '../manifest/yaml-documents.ts';
import { scenarioDraft } from '../plan/derived/scenario-draft.ts';
import type { Action } from './command.ts';
import type { Environment } from './environment.ts';
import { EXIT } from './exit-code.ts';
import { loadPlanOrThrow } from './load-plan.ts';
import { attempt } from './output/unwritable.ts';

const FILE = 'scenario.yaml';

/** Writes a Scenario for the manifests of a folder: beside them, elsewhere (`--out`), or on standard output (`--out -`). */
export const init: Action = (environment, paths, options) => {
  const [folder = '.'] = paths;
  refuseStandardInput(paths);
  const out = typeof options.out === 'string' ? options.out : join(folder, FILE);
  const place = resolve(environment.cwd, out);
  if (out !== '-') refuseNoPlace(environment.cwd, folder, out, options.out !== undefined);
  if (out !== '-' && options.force !== true && existsSync(place)) {
    const help = 'write `--force` to put a new one in its place, or `--out FILE`';
    throw new DiagnosticError('input', [{ code: 'E451', severity: 'error', message: `${out} is there already`, help }]);
  }
  const { plan, atStart } = loadPlanOrThrow(environment, paths, { withoutScenario: true });
  const from = out === '-' ? environment.cwd : dirname(place);
  const named = filesAndFolders(environment, paths, atStart, place);
  refuseOutside(environment, named, from);
  const text = scenarioDraft(
    plan,
    named.map((path) => relative(from, resolve(environment.cwd, path)) || '.'),
    out === '-' ? printable(from) : null,
    wrapped,
  );
  if (out === '-') environment.stdout.write(text);
  else {
    attempt(place, () => writeFileSync(place, text), out);
    const outside = environment.given.reading.allowOutside === true ? '--allow-outside ' : '';
    const again = `${outside}${relative(environment.cwd, place)}`;
    environment.stderr.write(
      `${out} is written: change it, \`ipvlane check ${again}\` it, \`ipvlane run ${again}\` it\n`,
    );
  }
  return Promise.resolve(EXIT.ok);
};

/**
 * What its `manifests` name. A folder that was given stands for whatever else comes to lie there, and one that a tool
 * renders for what that makes of it; of a folder that was searched, which a Scenario cannot say, it is each file. A file
 * of a Scenario is another question about the same manifests.
 */
function filesAndFolders(
  { given, cwd }: Environment,
  paths: readonly string[],
  atStart: readonly string[],
  place: string,
): string[] {
  const folders = new Set(
    given.recursive ? [] : (paths.length === 0 ? ['.'] : paths).map((path) => resolve(cwd, path)),
  );
  const named = atStart.flatMap((file) => {
    const folder = dirname(file);
    if (folders.has(resolve(cwd, folder)) || RENDERED.test(basename(file))) return [folder];
    if (resolve(cwd, file) === place) return [];
    return holdsScenario(file, given.files) ? noneBeside(file, given.files.read(file)) : [file];
  });
  return [...new Set(named)];
}

/** What sim/cli/filenames/render.ts calls the output of a tool. */
const RENDERED = /^<.*>$/;

/** Left out is a Scenario alone, no pod. What is wrong with the text has been said. */
function noneBeside(file: string, bytes: Uint8Array): [] {
  const documents = [...parseYaml(file, decodeText(bytes).text, new Collector())];
  if (documents.every(({ value }) => (value as { kind?: unknown }).kind === 'Scenario')) return [];
  return cannotName(
    `${file} holds a Scenario and other objects`,
    'move the objects into a file of their own, or give its folder',
  );
}

function refuseStandardInput(paths: readonly string[]): void {
  if (!paths.includes(STDIN)) return;
  cannotName(
    'a Scenario names files and folders, and standard input is neither',
    'write it into a file first, say where the Scenario goes by -o: `ipvlane init all.yaml -o scenario.yaml`',
  );
}

function cannotName(message: string, help: string): never {
  throw new DiagnosticError('input', [{ code: 'E452', severity: 'error', message, help }]);
}

/** As `check` of the Scenario will, from this folder. */
function refuseOutside({ given }: Environment, named: readonly string[], from: string): void {
  const walls = new Walls(given.files, given.reading.allowOutside ?? false);
  walls.give(from);
  const outside = named.find((path) => walls.problemOf(path) !== null);
  if (outside === undefined) return;
  const message = `${outside} lies outside of the Scenario's folder and of the working directory`;
  const help = 'write the Scenario beside it by -o, or give --allow-outside, to `check` and `run` of the Scenario too';
  throw new DiagnosticError('input', [{ code: 'E573', severity: 'error', message, help }]);
}

/** Before anything is read: whether the place is a file's, and lies in a folder. */
function refuseNoPlace(cwd: string, folder: string, out: string, isNamed: boolean): void {
  const refuse = (message: string, help: string): never => {
    throw new DiagnosticError('input', [{ code: 'E501', severity: 'error', message, help }]);
  };
  const kindOf = (path: string): 'folder' | 'other' | null => {
    const stat = diskFiles.stat(resolve(cwd, path));
    return stat === null ? null : stat.kind === 'folder' ? 'folder' : 'other';
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
