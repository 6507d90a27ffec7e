/** Why something cannot be written, and what to do about it. */
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';

const REMEDIES: Readonly<Record<string, { readonly said: string; readonly help: string }>> = {
  ENOSPC: { said: 'no space left on the device', help: 'make room, or choose another folder with --out' },
  EDQUOT: { said: 'the disk quota is used up', help: 'make room, or choose another folder with --out' },
  EACCES: { said: 'permission denied', help: 'choose a folder you may write with --out' },
  EPERM: { said: 'operation not permitted', help: 'choose a folder you may write with --out' },
  EROFS: { said: 'the file system is read-only', help: 'choose a folder you may write with --out' },
  ENOTDIR: { said: 'a part of the path is no folder', help: 'choose another folder with --out' },
  EEXIST: { said: 'a file of that name is in the way', help: 'move it away, or choose another folder with --out' },
  EISDIR: { said: 'a folder of that name is in the way', help: 'move it away, or choose another folder with --out' },
  ERR_FS_EISDIR: {
    said: 'a folder of that name is in the way',
    help: 'move it away, or choose another folder with --out',
  },
  EFBIG: { said: 'it has reached the largest size allowed', help: 'raise `ulimit -f`, or run a shorter scenario' },
  EIO: { said: 'the device reports an input/output error', help: 'choose a folder on another disk with --out' },
  ENAMETOOLONG: { said: 'the name is too long', help: 'choose another folder with --out' },
};

/** The errors of a file system as a diagnostic of the machine; others pass through. */
export function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const row = REMEDIES[code];
    if (row === undefined) throw error;
    throw new DiagnosticError('machine', [
      { code: 'E501', severity: 'error', message: `${path} cannot be written: ${row.said} (${code})`, help: row.help },
    ]);
  }
}
