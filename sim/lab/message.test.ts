import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { agentMessage } from './message.ts';

const change = {
  type: 'change',
  t: 2,
  step: null,
  what: 'delete default/a',
  change: {},
  mapUpdates: 1,
  askedNs: 1,
  compiledNs: 1,
  effectiveNs: 2,
};

describe('what an agent says', () => {
  test.each([
    { type: 'hello', build: '1', release: '6.12.0' },
    { type: 'trace', record: { type: 'step', t: 1, step: 0, state: 'started' } },
    { type: 'changed', id: 1, record: change },
    { type: 'changed', id: 1, error: 'no such pod' },
    { type: 'exec-exit', id: 1, code: null, signal: 'SIGHUP' },
    { type: 'bye' },
  ])('is taken as it is: $type', (message) => {
    expect(agentMessage(message)).toBe(message);
  });

  test('is each record of a recorded trace', () => {
    const file = join(import.meta.dirname, '../measure/fixtures/seed-uml.ndjson.gz');
    const text = gunzipSync(readFileSync(file)).toString('utf8');
    const records = text
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(records.length).toBeGreaterThan(100);
    for (const record of records) agentMessage({ type: 'trace', record });
  });

  test.each([
    [{ type: 'trace', record: { type: 'step', t: 1, step: 0, state: 'hopes' } }, 'not a message: record.state: '],
    [{ type: 'trace', record: { type: 'qdisc', t: 'soon' } }, 'not a message: record.t: '],
    [{ type: 'trace', record: { type: 'dance', t: 1 } }, 'not a message: record.type: '],
    [{ type: 'exec-output', id: 1, stream: 'side', data: '' }, 'not a message: stream: '],
    [{ type: 'changed', id: 1 }, 'not a message: Invalid input'],
    [{ type: 'dance' }, 'not a message: type: '],
    [null, 'not a message: '],
  ])('is refused with its place: %#', (message, words) => {
    expect(() => agentMessage(message)).toThrow(words);
  });
});
