/** Files that are not on a disk: for tests, and for manifests that come by other ways (standard input, an editor). */
import type { Files } from './files.ts';

/** `contents` maps path to text or bytes; folders exist where a path goes through them. */
export function memoryFiles(contents: Readonly<Record<string, string | Uint8Array>>): Files {
  const bytesOf = new Map(
    Object.entries(contents).map(([path, content]) => [
      path,
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    ]),
  );
  const under = (folder: string) => {
    const prefix = folder === '.' ? '' : `${folder}/`;
    return [...bytesOf.keys()].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  };
  return {
    stat(path) {
      const bytes = bytesOf.get(path);
      if (bytes !== undefined) return { kind: 'file', bytes: bytes.length };
      return under(path).length > 0 ? { kind: 'folder' } : null;
    },
    list: (folder) => [...new Set(under(folder).map((path) => path.split('/', 1)[0] ?? path))],
    read(file) {
      const bytes = bytesOf.get(file);
      if (bytes === undefined) throw Object.assign(new Error(`no such file: ${file}`), { code: 'ENOENT' });
      return bytes;
    },
  };
}
