import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { mergeMatrices } from '../matrix/merge.ts';
import type { Action } from './command.ts';
import { MATRIX_FILE, readBaseline, readMatrixFile } from './matrix-baseline.ts';
import { matrixFolder, matrixPath, presentMatrix } from './matrix-output.ts';
import { matrixSettings } from './matrix-settings.ts';
import { OurFolder } from './output/our-folder.ts';

/** The shards of one matrix, run on many machines, into what one machine would have made. */
export const merge: Action = async (environment, folders, options) => {
  const settings = matrixSettings(environment, options);
  const baseline = readBaseline(environment, settings.baseline);
  const parts = folders.map((from) => ({ from, matrix: readMatrixFile(environment, from) }));
  const merged = mergeMatrices(parts);
  if (typeof merged === 'string') {
    const help = 'merge the folders that the shards of one `ipvlane matrix` wrote, each once';
    throw new DiagnosticError('input', [{ code: 'E533', severity: 'error', message: merged, help }]);
  }
  const sources = folders.map((from) => resolve(environment.cwd, from));
  const out = matrixPath(environment, settings.out);
  if (sources.some((source) => source === out)) {
    const message = `${out} is a shard itself, and would be overwritten`;
    throw new DiagnosticError('input', [
      { code: 'E533', severity: 'error', message, help: 'choose another folder with --out' },
    ]);
  }
  using folder = await matrixFolder(environment, settings.out);
  const place = folder.begin();
  for (const [at, { matrix }] of parts.entries()) {
    const source = sources[at] ?? '';
    // A shard may be named by its matrix.json alone.
    const shard = existsSync(join(source, MATRIX_FILE)) ? OurFolder.at(source) : null;
    for (const { folder: cell } of matrix.cells) {
      const from = shard?.inside(cell) ?? null;
      if (from !== null) place.make(cell).copyFrom(from);
    }
  }
  const code = presentMatrix(environment, place, merged, { ...settings, baseline, shownPath: folder.path });
  folder.publish(true);
  return code;
};
