import { cpSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { mergeMatrices } from '../matrix/merge.ts';
import type { Action } from './command.ts';
import type { Environment } from './environment.ts';
import type { ExitCode } from './exit-code.ts';
import { readBaseline, readMatrixFile } from './matrix-baseline.ts';
import { emptyMatrixFolder, matrixFolder, presentMatrix } from './matrix-output.ts';
import { matrixSettings } from './matrix-settings.ts';

/** The shards of one matrix, run on many machines, into what one machine would have made. */
export const merge: Action = (environment, folders, options) =>
  Promise.resolve(mergeShards(environment, folders, options));

function mergeShards(
  environment: Environment,
  folders: readonly string[],
  options: Readonly<Record<string, unknown>>,
): ExitCode {
  const settings = matrixSettings(environment, options);
  const baseline = readBaseline(environment, settings.baseline);
  const parts = folders.map((from) => ({ from, matrix: readMatrixFile(environment, from) }));
  const merged = mergeMatrices(parts);
  if (typeof merged === 'string') {
    const help = 'merge the folders that the shards of one `ipvlane matrix` wrote, each once';
    throw new DiagnosticError('manifest', [{ code: 'E533', severity: 'error', message: merged, help }]);
  }
  using folder = matrixFolder(environment, settings.out);
  const sources = folders.map((from) => resolve(environment.cwd, from));
  if (sources.some((source) => source === folder.path)) {
    const message = `${folder.path} is a shard itself, and would be overwritten`;
    throw new DiagnosticError('manifest', [
      { code: 'E533', severity: 'error', message, help: 'choose another folder with --out' },
    ]);
  }
  emptyMatrixFolder(folder);
  for (const [at, { matrix }] of parts.entries()) {
    for (const { folder: cell } of matrix.cells) {
      const from = join(sources[at] ?? '', cell);
      if (existsSync(from)) cpSync(from, folder.file(cell), { recursive: true });
    }
  }
  return presentMatrix(environment, folder, merged, { ...settings, baseline });
}
