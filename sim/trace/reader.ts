/**
 * Reads `trace.ndjson` record by record. A trace that was cut off (power, kill -9, a full disk) is read as far as it
 * goes: a torn last line is reported in `torn`. Anything else that is wrong is an error with its line.
 */
import { createReadStream } from 'node:fs';
import { traceRecordSchema, type TraceRecord } from './record.ts';
import { TRACE_SCHEMA } from './names.ts';

/** `file:line: message`, with an imperative help, as diagnostics have. */
export class TraceFormatError extends Error {
  override readonly name = 'TraceFormatError';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;
  readonly help: string;

  constructor(file: string, line: number, reason: string, help: string) {
    super(`${file}:${line}: ${reason}`);
    this.file = file;
    this.line = line;
    this.reason = reason;
    this.help = help;
  }
}

/** A last line without its newline that is no record: what the writer was at when it died. */
export interface TornLine {
  readonly line: number;
  readonly bytes: number;
}

/** Iterate once; `torn` is known when the iteration has ended. */
export interface TraceReading extends AsyncIterable<TraceRecord> {
  readonly torn: TornLine | null;
}

/**
 * @param file path of a trace; what it throws while iterated: TraceFormatError, or the file system's own error
 */
export function readTrace(file: string): TraceReading {
  return readTraceText(file, createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 }));
}

/** The same from text in pieces of any size; `file` is a name for messages. */
export function readTraceText(file: string, pieces: AsyncIterable<string> | Iterable<string>): TraceReading {
  let torn: TornLine | null = null;
  async function* records(): AsyncGenerator<TraceRecord> {
    let rest = '';
    let line = 0;
    for await (const piece of pieces) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) yield parseLine(file, ++line, text);
      if (rest.length > MAX_LINE) {
        throw new TraceFormatError(file, line + 1, `the line is longer than ${MAX_LINE} characters`, HELP_NOT_A_TRACE);
      }
    }
    if (rest === '') {
      if (line === 0) throw new TraceFormatError(file, 1, 'the trace is empty', HELP_NOT_A_TRACE);
      return;
    }
    // A whole record whose newline alone is missing is a record; half a one is what a crash leaves.
    if (isJson(rest)) yield parseLine(file, line + 1, rest);
    else if (line === 0)
      throw new TraceFormatError(file, 1, 'not a trace: the first line is no JSON', HELP_NOT_A_TRACE);
    else torn = { line: line + 1, bytes: Buffer.byteLength(rest) };
  }
  return {
    [Symbol.asyncIterator]: records,
    get torn() {
      return torn;
    },
  };
}

/** The plan of 10,000 pods takes some 10 MB; a file without line ends must not fill the memory. */
const MAX_LINE = 1 << 26;

const HELP_NOT_A_TRACE = 'name a trace.ndjson that `ipvlane run` wrote';

function parseLine(file: string, line: number, text: string): TraceRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TraceFormatError(file, line, 'the line is no JSON', HELP_NOT_A_TRACE);
  }
  if (line === 1) checkSchema(file, value);
  const parsed = traceRecordSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  throw new TraceFormatError(
    file,
    line,
    `no record of ${TRACE_SCHEMA}: ${path === '' ? '' : `${path}: `}${issue?.message ?? 'invalid'}`,
    'run the scenario again, or read the trace with the version of ipvlane that wrote it',
  );
}

function checkSchema(file: string, value: unknown): void {
  const record = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  if (record['type'] !== 'run') {
    throw new TraceFormatError(file, 1, 'not a trace: its first record is not of type `run`', HELP_NOT_A_TRACE);
  }
  if (record['schema'] !== TRACE_SCHEMA) {
    throw new TraceFormatError(
      file,
      1,
      `the trace's schema is ${JSON.stringify(record['schema'])}, this program reads ${JSON.stringify(TRACE_SCHEMA)}`,
      'read it with the version of ipvlane that wrote it',
    );
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
