/** Folders inside a folder are not read without -R. Where that leaves manifests out, it is said. */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isRegular, type Files } from '../../manifest/files.ts';
import { findBelow } from '../../manifest/finding/below.ts';
import type { Given } from './given.ts';

/** Kubernetes and we write an apiVersion into every object; other YAML and JSON has none. */
const OBJECT = /^\s*["']?apiVersion["']?\s*:/m;

/**
 * @param isEmpty no pod was found: that is then no answer to anything
 * @returns an error or a warning for each path with manifests deeper down
 */
export function foldersPassedOver(
  paths: readonly string[],
  { files, recursive, command }: Given,
  isEmpty: boolean,
): Diagnostic[] {
  if (recursive) return [];
  return paths.flatMap((path): Diagnostic[] => {
    if (files.stat(path)?.kind !== 'folder' || (files.render?.(path) ?? null) !== null) return [];
    const inside = manifestsInside(path, files);
    const [first] = inside;
    if (first === undefined) return [];
    const where = inside.length === 1 ? first : `${inside.length} files, ${first} the first`;
    const help = `read the folders inside it too: \`ipvlane ${command} -R ${path}\``;
    return isEmpty
      ? [
          {
            code: 'E120',
            severity: 'error',
            message: `no pod in ${path}; manifests lie in folders inside it: ${where}`,
            help,
          },
        ]
      : [{ code: 'W120', severity: 'warning', message: `folders inside ${path} are not read: ${where}`, help }];
  });
}

/** A hint is not worth a walk through somebody's whole home folder. */
const ENTRIES = 20_000;

function manifestsInside(folder: string, files: Files): string[] {
  const prefix = folder === '.' ? '' : `${folder.replace(/\/$/, '')}/`;
  return findBelow(folder, files, ENTRIES).files.filter(
    (file) =>
      file.slice(prefix.length).includes('/') &&
      isRegular(files.stat(file)) &&
      OBJECT.test(new TextDecoder().decode(files.read(file))),
  );
}
