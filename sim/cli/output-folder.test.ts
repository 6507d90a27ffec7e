import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { OutputFolder } from './output-folder.ts';

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'ipvlane-test-'));
});
afterEach(() => rmSync(scratch, { recursive: true }));

describe('the output folder', () => {
  it('replaces what an earlier run wrote and leaves the rest alone', () => {
    for (const name of ['trace.ndjson', 'default-a.pcap', 'notes.txt', 'trace.ndjson.bak'])
      writeFileSync(join(scratch, name), 'old');
    using folder = OutputFolder.create(scratch);
    expect(readdirSync(scratch)).toHaveLength(4);
    folder.empty();
    folder.write('result.json', '{}');
    expect(readdirSync(scratch).sort()).toEqual(['notes.txt', 'result.json', 'trace.ndjson.bak']);
  });

  it('puts a file that comes in pieces together', () => {
    using folder = OutputFolder.create(join(scratch, 'deep', 'er'));
    folder.append('a.pcap', Buffer.from('one '), false);
    folder.append('a.pcap', Buffer.from('two'), true);
    expect(readFileSync(folder.file('a.pcap'), 'utf8')).toBe('one two');
  });

  it('keeps a file name from the guest inside the folder', () => {
    using folder = OutputFolder.create(join(scratch, 'in'));
    folder.append('../../escape.pcap', Buffer.from('x'), true);
    expect(readdirSync(scratch)).toEqual(['in']);
    expect(readdirSync(join(scratch, 'in'))).toEqual(['escape.pcap']);
  });

  it('says what is in the way and what to do', () => {
    writeFileSync(join(scratch, 'file'), '');
    expect(() => OutputFolder.create(join(scratch, 'file', 'below'))).toThrow(
      expect.objectContaining({
        kind: 'machine',
        diagnostics: [expect.objectContaining({ help: expect.stringContaining('--out') as string })],
      }) as DiagnosticError,
    );
  });

  it('says that the disk is full', () => {
    // /dev/full fails every write with ENOSPC; the folder itself is real.
    using folder = OutputFolder.create(scratch);
    expect(() => folder.write('../../../../../../../dev/full', 'x')).toThrow(/no space left/);
  });
});
