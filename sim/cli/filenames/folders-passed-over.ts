/** Folders inside a folder are not read without -R. Where that leaves manifests out, it is said. */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isRegular, type Files } from '../../manifest/finding/files.ts';
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
    const { manifests, rendered } = inside(path, files);
    const [first] = rendered;
    if (manifests.length === 0 && first === undefined) return [];
    // -R reads what must be rendered as it lies, or leaves it out.
    const mustRender =
      first !== undefined && manifests.every((file) => rendered.some((folder) => file.startsWith(`${folder}/`)));
    const where = listed(mustRender ? rendered : manifests);
    const what = mustRender ? 'what must be rendered lies' : 'manifests lie';
    const help = mustRender
      ? `name one of them, which is rendered: \`ipvlane ${command} ${first}\``
      : `read the folders inside it too: \`ipvlane ${command} -R ${path}\``;
    return isEmpty
      ? [
          {
            code: 'E120',
            severity: 'error',
            message: `no pod in ${path}; ${what} in folders inside it: ${where}`,
            help,
            folder: path,
          },
        ]
      : [{ code: 'W120', severity: 'warning', message: `folders inside ${path} are not read: ${where}`, help }];
  });
}

/** A hint is not worth a walk through somebody's whole home folder. */
const ENTRIES = 20_000;

function listed(paths: readonly string[]): string {
  const [first = ''] = paths;
  return paths.length === 1 ? first : `${paths.length} of them, ${first} the first`;
}

interface Inside {
  readonly manifests: readonly string[];
  /** Kustomizations and charts. */
  readonly rendered: readonly string[];
}

function inside(folder: string, files: Files): Inside {
  const prefix = folder === '.' ? '' : `${folder.replace(/\/$/, '')}/`;
  const below = findBelow(folder, files, ENTRIES);
  const manifests = below.files.filter(
    (file) =>
      file.slice(prefix.length).includes('/') &&
      isRegular(files.stat(file)) &&
      OBJECT.test(new TextDecoder().decode(files.read(file))),
  );
  return { manifests, rendered: [...below.kustomizations, ...below.charts] };
}
