import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seedPlan } from './fixtures/seed-plan.ts';
import { readTrace, readTraceText, TraceFormatError, type TraceReading } from './reader.ts';
import type { TraceRecord } from './record.ts';
import { TRACE_SCHEMA } from './names.ts';
import { TraceWriteError, TraceWriter } from './writer.ts';

const run: TraceRecord = {
  type: 'run',
  t: 0,
  schema: TRACE_SCHEMA,
  plan: seedPlan(),
  kernel: { kind: 'uml', release: '6.1.0', clock: 'real' },
  versions: { ipvlane: '0.1.0' },
};
const note = (t: number): TraceRecord => ({ type: 'note', t, severity: 'info', message: 'größer als\n"ASCII"' });

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ipvlane-trace-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('what was written is read back, record by record', async () => {
  const path = join(folder, 'trace.ndjson');
  using writer = TraceWriter.create(path);
  const records = [run, ...Array.from({ length: 1000 }, (_, i) => note(i + 1))];
  for (const record of records) writer.write(record);
  const reading = readTrace(path);
  expect(await all(reading)).toEqual(records);
  expect(reading.torn).toBeNull();
});

test('a record is with the operating system before write returns', () => {
  const path = join(folder, 'trace.ndjson');
  using writer = TraceWriter.create(path);
  writer.write(run);
  writer.write(note(1));
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
});

test('a torn last line is reported, and what stands before it is read', async () => {
  const path = join(folder, 'trace.ndjson');
  writeFileSync(path, `${JSON.stringify(run)}\n${JSON.stringify(note(1))}\n{"type":"note","t":2,"sev`);
  const reading = readTrace(path);
  expect(await all(reading)).toEqual([run, note(1)]);
  expect(reading.torn).toEqual({ line: 3, bytes: 25 });
});

test('a last record without its newline is whole', async () => {
  const reading = readTraceText('t', [JSON.stringify(run), `\n${JSON.stringify(note(1))}`]);
  expect(await all(reading)).toEqual([run, note(1)]);
  expect(reading.torn).toBeNull();
});

test('lines may be cut anywhere by the stream', async () => {
  const text = `${JSON.stringify(run)}\n${JSON.stringify(note(1))}\n`;
  expect(await all(readTraceText('t', text))).toEqual([run, note(1)]);
});

test.each([
  ['an empty file', '', 't:1: the trace is empty'],
  ['a file that is no JSON', 'kind: Pod\nmetadata: x\n', 't:1: the line is no JSON'],
  ['a binary file without a line end', '\u0000\u0001\u0002', 't:1: not a trace: the first line is no JSON'],
  ['another kind of JSON', '{"a":1}\n', 't:1: not a trace: its first record is not of type `run`'],
  [
    'another schema',
    `${JSON.stringify({ ...run, schema: 'ipvlane.trace/v9' })}\n`,
    't:1: the trace\'s schema is "ipvlane.trace/v9", this program reads "ipvlane.trace/v1"',
  ],
  [
    'a wrong record in the middle',
    `${JSON.stringify(run)}\n{"type":"note","t":-1,"severity":"info","message":"x"}\n{}\n`,
    't:2: no record of ipvlane.trace/v1: t: ',
  ],
  ['half a line in the middle', `${JSON.stringify(run)}\n{"type":"no\n${JSON.stringify(note(1))}\n`, 't:2: '],
])('%s is an error with its line', async (_, text, message) => {
  const failure = await all(readTraceText('t', [text])).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TraceFormatError);
  expect((failure as TraceFormatError).message).toContain(message);
  expect((failure as TraceFormatError).help).not.toBe('');
});

test('a full disk is a typed error, and whole lines stay on it', () => {
  const disk = { bytes: [] as number[], room: Buffer.byteLength(JSON.stringify(run)) + 30 };
  const writer = new TraceWriter('trace.ndjson', {
    write: (bytes, offset) => {
      const taken = bytes.subarray(offset, offset + disk.room - disk.bytes.length);
      if (taken.length === 0) throw Object.assign(new Error('write'), { code: 'ENOSPC' });
      disk.bytes.push(...taken);
      return taken.length;
    },
    truncate: (length) => (disk.bytes.length = length),
    close: () => undefined,
  });
  writer.write(run);
  const failure = catchError(() => writer.write(note(1)));
  expect(failure).toBeInstanceOf(TraceWriteError);
  expect(failure).toMatchObject({
    code: 'ENOSPC',
    records: 1,
    message: 'trace.ndjson: no space left on the device, 1 records are kept',
  });
  expect(Buffer.from(disk.bytes).toString()).toBe(`${JSON.stringify(run)}\n`);
});

test('the real full device says so', () => {
  using writer = TraceWriter.create('/dev/full');
  expect(() => writer.write(run)).toThrow('/dev/full: no space left on the device, 0 records are kept');
});

test('a folder that is not there is a typed error', () => {
  expect(() => TraceWriter.create(join(folder, 'no', 'trace.ndjson'))).toThrow('the folder does not exist');
});

function catchError(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}

async function all(reading: TraceReading): Promise<TraceRecord[]> {
  const records: TraceRecord[] = [];
  for await (const record of reading) records.push(record);
  return records;
}
