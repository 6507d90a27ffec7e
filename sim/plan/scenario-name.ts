import { basename, dirname } from 'node:path';
import type { SourceFile } from '../manifest/manifests.ts';

/**
 * What a lab without a Scenario is called: the folder of its first file, or that file: `stdin` where it came by standard input.
 * @param searched what the folder is called that was given with all that is below it; null: none was
 * @param here what the folder is called that was given without a name (`.`, `..`); null: none was
 */
export function scenarioName(
  files: readonly SourceFile[],
  here: string | null = null,
  searched: string | null = null,
): string {
  const [first] = files;
  if (first === undefined) return 'empty';
  if (searched !== null && searched !== '') return searched;
  const folder = basename(dirname(first.file));
  const hasName = folder !== '' && folder !== '.' && folder !== '..';
  if (!hasName && here !== null && here !== '') return here;
  return !hasName
    ? basename(first.file)
        .replace(/\.(ya?ml|json)$/, '')
        .replace(/[<>]/g, '')
        .replaceAll(' ', '-')
    : folder;
}
