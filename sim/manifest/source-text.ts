/** From bytes to text: refuses what cannot be a manifest before any parser sees it. */
import type { Collector } from '../diagnostics/collector.ts';
import type { Files } from './files.ts';

/** A manifest file is refused beyond this. etcd takes objects of 1.5 MiB; rendered charts with their CRDs reach 3 MiB. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** Reads a file that is known to exist as UTF-8 text; null after a diagnostic. */
export function readText(file: string, files: Files, diagnostics: Collector): string | null {
  const stat = files.stat(file);
  if (stat?.kind === 'file' && stat.bytes > MAX_FILE_BYTES) {
    diagnostics.add('E105', undefined, `${file} is ${mebibytes(stat.bytes)}: too large for a manifest`, {
      help: `split it into files of at most ${mebibytes(MAX_FILE_BYTES)}, or give only the objects that matter to the network`,
    });
    return null;
  }
  let bytes: Uint8Array;
  try {
    bytes = files.read(file);
  } catch (error) {
    diagnostics.add('E102', undefined, `${file} cannot be read: ${reasonOf(error)}`, {
      help: 'check the permissions of the file and of its folders',
    });
    return null;
  }
  return decode(file, bytes, diagnostics);
}

function decode(file: string, bytes: Uint8Array, diagnostics: Collector): string | null {
  const nul = bytes.indexOf(0);
  if (nul !== -1) {
    diagnostics.add('E104', undefined, `${file} is a binary file: it has a NUL byte at offset ${nul}`, {
      help: 'give YAML or JSON in UTF-8',
    });
    return null;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    diagnostics.add('E104', undefined, `${file} is not UTF-8 text`, { help: 'save it as UTF-8' });
    return null;
  }
}

function mebibytes(bytes: number): string {
  return `${Math.ceil((bytes / 1024 / 1024) * 10) / 10} MiB`;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.message;
  return String(error);
}
