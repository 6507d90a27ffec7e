/**
 * The archive format of an initramfs: cpio "newc". Archives may follow each other in one image; a later file of the same
 * name replaces an earlier one. https://docs.kernel.org/driver-api/early-userspace/buffer-format.html
 */

export type CpioEntry =
  | { readonly kind: 'folder'; readonly path: string; readonly mode?: number }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly content: Uint8Array }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | {
      readonly kind: 'device';
      readonly path: string;
      readonly mode: number;
      readonly major: number;
      readonly minor: number;
    };

/** File types of st_mode: inode(7). */
const TYPE = { folder: 0o040000, file: 0o100000, link: 0o120000, device: 0o020000 } as const;

/** The kernel takes the next archive at a multiple of four bytes; a whole sector keeps any padding rule content. */
const ALIGNMENT = 512;

/**
 * One whole archive, in pieces to write one after the other; its length is a multiple of 512 bytes.
 * Entries come out in the order given, owned by root, dated 1970, so equal entries give equal bytes.
 * @param entries paths from the root, with or without the first slash; a folder comes before what lies in it
 */
export function cpioArchive(entries: readonly CpioEntry[]): Uint8Array[] {
  const pieces = entries.flatMap((entry, index) => record(entry, index + 1));
  pieces.push(...record({ kind: 'file', path: 'TRAILER!!!', mode: 0, content: new Uint8Array() }, 0));
  const length = pieces.reduce((sum, { length }) => sum + length, 0);
  return [...pieces, new Uint8Array(padding(length, ALIGNMENT))];
}

function record(entry: CpioEntry, inode: number): Uint8Array[] {
  const name = Buffer.from(`${entry.path.replace(/^\/+/, '')}\0`);
  const content = contentOf(entry);
  const device = entry.kind === 'device' ? entry : { major: 0, minor: 0 };
  // magic, ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
  const fields = [
    inode,
    modeOf(entry),
    ...[0, 0, entry.kind === 'folder' ? 2 : 1, 0],
    content.length,
    ...[0, 0, device.major, device.minor],
    name.length,
    0,
  ];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return [
    header,
    name,
    new Uint8Array(padding(header.length + name.length, 4)),
    content,
    new Uint8Array(padding(content.length, 4)),
  ];
}

function contentOf(entry: CpioEntry): Uint8Array {
  switch (entry.kind) {
    case 'file':
      return entry.content;
    case 'link':
      return Buffer.from(entry.target);
    case 'folder':
    case 'device':
      return new Uint8Array();
  }
}

function modeOf(entry: CpioEntry): number {
  if (entry.path === 'TRAILER!!!') return 0;
  if (entry.kind === 'link') return TYPE.link | 0o777;
  return TYPE[entry.kind] | (entry.mode ?? 0o755);
}

function padding(length: number, multiple: number): number {
  return (multiple - (length % multiple)) % multiple;
}
