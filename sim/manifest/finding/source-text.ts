/** From bytes to text, as kubectl decodes a file: UTF-8, or UTF-16 where the first bytes say so. */
import { isAscii, isUtf8 } from 'node:buffer';
import { getHeapStatistics } from 'node:v8';
import type { Collector } from '../../diagnostics/collector.ts';
import { unprintable } from '../../diagnostics/printable.ts';
import type { Files } from './files.ts';
import { NoEndError } from './special-file.ts';

/** What the text of a file takes of the heap for each byte, at most: bytes, text, lines, what is shown of it. */
const HEAP_PER_BYTE = 8;
/** V8 holds no longer text than 2^29 - 24 units. */
const LONGEST_TEXT = 2 ** 29 - 24;

/** The largest file that is read within a heap of so many bytes; what becomes of its text is counted as it is read. */
export function largestFile(heapBytes: number): number {
  return Math.min(Math.floor(heapBytes / HEAP_PER_BYTE), LONGEST_TEXT);
}

/** Reads a file that is known to exist; null after a diagnostic. */
export function readText(
  file: string,
  files: Files,
  diagnostics: Collector,
  heapBytes = getHeapStatistics().heap_size_limit,
): string | null {
  const why = unprintable(file);
  if (why !== null) {
    diagnostics.add('E125', undefined, `the name \`${file}\` ${why}`, { help: 'rename the file or its folder' });
    return null;
  }
  const stat = files.stat(file);
  if (stat?.kind === 'file' && stat.bytes > largestFile(heapBytes)) {
    const needed = Math.ceil((stat.bytes * HEAP_PER_BYTE) / 1024 / 1024);
    diagnostics.add(
      'E105',
      undefined,
      `${file} is ${mebibytes(stat.bytes)}: this process has memory for ${mebibytes(largestFile(heapBytes))}`,
      { help: `split it, or give it more memory: NODE_OPTIONS=--max-old-space-size=${needed}` },
    );
    return null;
  }
  let bytes: Uint8Array;
  try {
    bytes = files.read(file);
  } catch (error) {
    if (error instanceof NoEndError) {
      diagnostics.add('E105', undefined, `${file} has no end within the memory of this process: ${error.message}`, {
        help: 'name a file, or a command that ends: `<(COMMAND)`, `COMMAND | ipvlane check -`',
      });
      return null;
    }
    diagnostics.add('E102', undefined, `${file} cannot be read: ${reasonOf(error)}`, {
      help: 'check the permissions of the file and of its folders',
    });
    return null;
  }
  return decode(file, bytes, diagnostics);
}

function decode(file: string, bytes: Uint8Array, diagnostics: Collector): string | null {
  const { text, encoding, isWhole } = decodeText(bytes);
  const nul = encoding === 'utf-8' ? bytes.indexOf(0) : -1;
  if (nul !== -1) {
    diagnostics.add('E104', undefined, `${file} is a binary file: it has a NUL byte at offset ${nul}`, {
      help: 'give YAML or JSON in UTF-8, or in UTF-16 with its mark',
    });
    return null;
  }
  if (!isWhole) {
    const line = text.slice(0, text.indexOf('\ufffd')).split('\n').length;
    diagnostics.add(
      'W206',
      undefined,
      `${file} is not ${encoding.toUpperCase()} text: as in the cluster, \`\ufffd\` stands for what cannot be read, first in line ${line}`,
      { help: 'save it as UTF-8' },
    );
  }
  return text;
}

interface Decoded {
  readonly text: string;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** False: U+FFFD stands in the text for what cannot be read. */
  readonly isWhole: boolean;
}

/** The text of a file, without the mark of its encoding. */
export function decodeText(bytes: Uint8Array): Decoded {
  const encoding = encodingOf(bytes);
  if (encoding === 'utf-8') {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // Half the time, and half the memory.
    if (isAscii(buffer)) return { text: buffer.toString('latin1'), encoding, isWhole: true };
    const text = buffer.toString('utf8');
    return { text: text.startsWith('\ufeff') ? text.slice(1) : text, encoding, isWhole: isUtf8(buffer) };
  }
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding, isWhole: true };
  } catch {
    return { text: new TextDecoder(encoding).decode(bytes), encoding, isWhole: false };
  }
}

/** Whether these letters of ASCII can be in a file: told of megabytes without decoding them. */
export function mayHold(bytes: Uint8Array, letters: string): boolean {
  return (
    encodingOf(bytes) !== 'utf-8' || Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(letters)
  );
}

function encodingOf([first, second]: Uint8Array): Decoded['encoding'] {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function mebibytes(bytes: number): string {
  return `${Math.ceil((bytes / 1024 / 1024) * 10) / 10} MiB`;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.message;
  return String(error);
}
