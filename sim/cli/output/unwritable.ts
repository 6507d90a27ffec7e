/** Why something cannot be written, and what to do about it. */
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';

interface Remedy {
  readonly said: string;
  readonly help: string;
  /** The place that was named is none where anything could be written, on whatever machine. */
  readonly ofName?: true;
}

const FOLDER_IN_THE_WAY: Remedy = {
  said: 'a folder of that name is in the way',
  help: 'move it away, or choose another folder with --out',
  ofName: true,
};

const REMEDIES: Readonly<Record<string, Remedy>> = {
  ENOENT: {
    said: 'its folder is not there, or takes nothing',
    help: 'make the folder, or choose another with --out',
    ofName: true,
  },
  ENOSPC: { said: 'no space left on the device', help: 'make room, or choose another folder with --out' },
  EDQUOT: { said: 'the disk quota is used up', help: 'make room, or choose another folder with --out' },
  EACCES: { said: 'permission denied', help: 'choose a folder you may write with --out' },
  EPERM: { said: 'operation not permitted', help: 'choose a folder you may write with --out' },
  EROFS: { said: 'the file system is read-only', help: 'choose a folder you may write with --out' },
  ENOTDIR: { said: 'a part of the path is no folder', help: 'choose another folder with --out', ofName: true },
  EEXIST: {
    said: 'a file of that name is in the way',
    help: 'move it away, or choose another folder with --out',
    ofName: true,
  },
  EISDIR: FOLDER_IN_THE_WAY,
  ERR_FS_EISDIR: FOLDER_IN_THE_WAY,
  EFBIG: { said: 'it has reached the largest size allowed', help: 'raise `ulimit -f`, or run a shorter scenario' },
  EIO: { said: 'the device reports an input/output error', help: 'choose a folder on another disk with --out' },
  ENAMETOOLONG: { said: 'the name is too long', help: 'choose another folder with --out', ofName: true },
};

/** In words, with the system's own name for it; null: an error of another kind. */
export function whyUnwritable(error: unknown): string | null {
  return remedyOf(error)?.why ?? null;
}

/**
 * The errors of a file system as a diagnostic: of the machine, or of what was named where that is no place to write; others pass
 * through.
 * @param shown how messages call the path
 * @param option by which another place is named
 */
export function attempt<T>(path: string, work: () => T, shown = path, option = '--out'): T {
  try {
    return work();
  } catch (error) {
    const remedy = remedyOf(error);
    if (remedy === null) throw error;
    const help = remedy.help.replace('--out', option);
    throw new DiagnosticError(remedy.ofName === true ? 'input' : 'machine', [
      { code: 'E501', severity: 'error', message: `${shown} cannot be written: ${remedy.why}`, help },
    ]);
  }
}

function remedyOf(error: unknown): (Remedy & { readonly why: string }) | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const row = REMEDIES[code];
  return row === undefined ? null : { ...row, why: `${row.said} (${code})` };
}
