/** What reading manifests needs of a file system; `disk-files.ts` is the real one, tests use a map. */
export interface Files {
  /** null: nothing is there. */
  stat(path: string): { readonly kind: 'file'; readonly bytes: number } | { readonly kind: 'folder' } | null;
  /** Names of the entries of a folder, any order. */
  list(folder: string): readonly string[];
  /** May throw an Error with a `code` (EACCES ...), which becomes a diagnostic. */
  read(file: string): Uint8Array;
}
