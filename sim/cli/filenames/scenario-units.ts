/** Several Scenarios in what a command was given: each is a run of its own. */
import { basename, dirname, join } from 'node:path/posix';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { isRegular, MANIFEST_NAME, type Files } from '../../manifest/finding/files.ts';
import { findBelow } from '../../manifest/finding/below.ts';
import { holdsScenario } from '../../manifest/finding/scenarios.ts';
import type { Given } from './given.ts';

/**
 * The paths of each run. A Scenario's run has its folder, where it is the only one there, or else its file; and all that
 * was given beside and holds no Scenario. A folder without manifests of its own stands for the Scenarios in its folders.
 * @param named without any it is the current folder
 * @returns one list at least; of a single run, what was given, unless that is a folder whose one Scenario lies deeper
 */
export function scenarioUnits(given: Given, named: readonly string[]): (readonly string[])[] {
  const paths = named.length === 0 ? ['.'] : named;
  const found = paths.map((path) => ({ path, units: unitsOf(path, given) }));
  const shared = found.filter(({ units }) => units.length === 0).map(({ path }) => path);
  const units = [...new Set(found.flatMap(({ units: each }) => each))];
  if (units.length === 0) return [paths];
  return units.map((unit) => [unit, ...shared]);
}

/** @throws DiagnosticError of kind input when there are several */
export function onlyUnit(given: Given, named: readonly string[]): readonly string[] {
  const [only = [], ...more] = scenarioUnits(given, named);
  if (more.length === 0) return only;
  throw new DiagnosticError('input', [
    {
      code: 'E309',
      severity: 'error',
      message: `there are ${more.length + 1} Scenarios, and \`ipvlane ${given.command}\` takes one`,
      help: `name one: \`ipvlane ${given.command} ${only.join(' ')}\``,
    },
  ]);
}

function unitsOf(path: string, { files, recursive }: Given): string[] {
  const stat = files.stat(path);
  if (stat === null || stat.kind === 'unreachable' || stat.kind === 'misnamed') return [];
  if (stat.kind === 'file') return holdsScenario(path, files) ? [path] : [];
  const own = manifestsIn(path, files);
  const scenarios = own.filter((file) => holdsScenario(file, files));
  if (scenarios.length === 1) return [path];
  if (scenarios.length > 1) return recursive ? folderOrFile(scenarios, path) : scenarios;
  if (own.length > 0 || recursive || (files.render?.(path) ?? null) !== null) return [];
  const below = findBelow(path, files, ENTRIES).files.filter(
    (file) => isRegular(files.stat(file)) && holdsScenario(file, files),
  );
  return folderOrFile(below, path);
}

/** A folder of folders of Scenarios is not somebody's whole disk. */
const ENTRIES = 50_000;

function folderOrFile(scenarios: readonly string[], root: string): string[] {
  return scenarios.map((file) => {
    const folder = dirname(file);
    const alone = scenarios.filter((other) => dirname(other) === folder).length === 1;
    return alone && folder !== root ? folder : file;
  });
}

function manifestsIn(folder: string, files: Files): string[] {
  try {
    return files
      .list(folder)
      .filter((name) => MANIFEST_NAME.test(basename(name)))
      .map((name) => join(folder, name))
      .filter((file) => isRegular(files.stat(file)))
      .sort();
  } catch {
    return [];
  }
}
