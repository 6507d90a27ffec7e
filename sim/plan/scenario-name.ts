import { basename, dirname } from 'node:path';
import type { SourceFile } from '../manifest/manifests.ts';

/** What a lab without a Scenario is called: the folder of its first file, or that file: `stdin` where it came by standard input. */
export function scenarioName(files: readonly SourceFile[]): string {
  const [first] = files;
  if (first === undefined) return 'empty';
  const folder = basename(dirname(first.file));
  return folder === '' || folder === '.' || folder === '..'
    ? basename(first.file)
        .replace(/\.(ya?ml|json)$/, '')
        .replace(/[<>]/g, '')
        .replaceAll(' ', '-')
    : folder;
}
