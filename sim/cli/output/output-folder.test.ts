import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { OUR_FILES, OurFolder, RUN_FILES } from './our-folder.ts';
import { OutputFolder, outputPath, UNFINISHED } from './output-folder.ts';
import { writeWhole } from './whole-file.ts';

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'ipvlane-test-'));
});
afterEach(() => rmSync(scratch, { recursive: true }));

const at = (...names: readonly string[]): string => join(scratch, ...names);
const put = (name: string, text = 'mine'): void => writeFileSync(at(name), text);
const text = (...names: readonly string[]): string => readFileSync(at(...names), 'utf8');
const all = (folder = ''): Record<string, string> =>
  Object.fromEntries(
    readdirSync(at(folder), { withFileTypes: true, recursive: true })
      .filter((each) => !each.isDirectory())
      .map((each) => join(each.parentPath, each.name).slice(scratch.length + 1))
      .filter((name) => !name.endsWith(OUR_FILES))
      .sort()
      .map((name) => [name, text(name)]),
  );

/** A run that leaves these files. */
async function run(files: Readonly<Record<string, string>>, completed = true): Promise<string> {
  using folder = await OutputFolder.create(scratch, RUN_FILES);
  const place = folder.begin();
  for (const [name, words] of Object.entries(files)) place.write(name, words);
  return folder.publish(completed);
}

async function refusal(work: () => unknown): Promise<{ kind: string; code: string; message: string }> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const { code = '', message = '' } = error.diagnostics[0] ?? {};
    return { kind: error.kind, code, message };
  }
  throw new Error('it was taken');
}

describe('what is ours', () => {
  it('is what a file of ours names: an earlier run is replaced, all else stays', async () => {
    await run({ 'trace.ndjson': '1', 'result.json': '1', 'default.a.pcap': '1' });
    for (const name of ['notes.txt', 'my.pcap', 'trace.ndjson.bak']) put(name);
    await run({ 'trace.ndjson': '2', 'default.b.pcap': '2' });
    expect(all()).toEqual({
      'default.b.pcap': '2',
      'trace.ndjson': '2',
      'my.pcap': 'mine',
      'notes.txt': 'mine',
      'trace.ndjson.bak': 'mine',
    });
  });

  test.each([...RUN_FILES, UNFINISHED])('%s of a folder that never held a run is in the way', async (name) => {
    put(name);
    expect(await refusal(() => run({ 'trace.ndjson': '1' }))).toMatchObject({ kind: 'input', code: 'E570' });
    expect(all()).toEqual({ [name]: 'mine' });
  });

  it('is not what a folder called unfinished holds', async () => {
    mkdirSync(at(UNFINISHED));
    put(`${UNFINISHED}/trace.ndjson`);
    expect(await refusal(() => run({ 'trace.ndjson': '1' }))).toMatchObject({ code: 'E570' });
    expect(all()).toEqual({ 'unfinished/trace.ndjson': 'mine' });
  });

  it.each([
    ['a file without a schema', '{}'],
    ['names that no run gives', '{"schema":"ipvlane.files/v1","completed":true,"files":["notes.txt"],"folders":[]}'],
    ['a way out', '{"schema":"ipvlane.files/v1","completed":true,"files":["../out.pcap"],"folders":[]}'],
    ['a folder outside', '{"schema":"ipvlane.files/v1","completed":true,"files":[],"folders":["a/../../b"]}'],
  ])('is not said by %s', async (_, said) => {
    put(OUR_FILES, said);
    put('notes.txt');
    expect(await refusal(() => run({ 'trace.ndjson': '1' }))).toMatchObject({ kind: 'input', code: 'E570' });
    expect(all()).toEqual({ 'notes.txt': 'mine' });
  });

  it('is, of a run before there was such a file, what run.json stands beside', async () => {
    const facts = { schema: 'ipvlane.run/v1', command: [], started_at: '', wall_ms: 1, boot_ms: 1, manifests: [] };
    put('run.json', JSON.stringify(facts));
    put('report.html');
    put('old.pcap');
    await run({ 'trace.ndjson': '1' });
    expect(all()).toEqual({ 'trace.ndjson': '1', 'old.pcap': 'mine' });
  });
});

describe('an earlier result', () => {
  it('is whole until the new one is; a run that was killed is beside it, and goes with the next', async () => {
    await run({ 'trace.ndjson': '1', 'report.html': '1' });
    {
      using killed = await OutputFolder.create(scratch, RUN_FILES);
      killed.begin().write('trace.ndjson', '2');
    }
    expect(all()).toEqual({ 'report.html': '1', 'trace.ndjson': '1', 'unfinished/trace.ndjson': '2' });
    await run({ 'trace.ndjson': '3' });
    expect(all()).toEqual({ 'trace.ndjson': '3' });
    expect(readdirSync(scratch).sort()).toEqual([OUR_FILES, 'trace.ndjson']);
  });

  it('stays when the new run did not come to its end, and makes room where it did not either', async () => {
    expect(await run({ 'trace.ndjson': '1' }, false)).toBe(scratch);
    expect(await run({ 'trace.ndjson': '2' }, false)).toBe(scratch);
    expect(await run({ 'trace.ndjson': '3' }, true)).toBe(scratch);
    expect(await run({ 'trace.ndjson': '4' }, false)).toBe(at(UNFINISHED));
    expect(all()).toEqual({ 'trace.ndjson': '3', 'unfinished/trace.ndjson': '4' });
  });

  it('stays when nothing was seen after it: of that only the words of a kernel that died are kept', async () => {
    const begin = async (say: (folder: OutputFolder) => void): Promise<void> => {
      using folder = await OutputFolder.create(scratch, RUN_FILES);
      folder.begin().trace()[Symbol.dispose]();
      say(folder);
      folder.discard();
    };
    await begin(() => undefined);
    expect(all()).toEqual({});
    await run({ 'trace.ndjson': '1' });
    await begin((folder) => folder.keepConsole('panic'));
    expect(all()).toEqual({ 'console.log': 'panic', 'trace.ndjson': '1' });
  });

  it('is replaced as a whole where the move was broken off at any file', async () => {
    await run({ 'result.json': '1', 'trace.ndjson': '1', 'old.pcap': '1' });
    {
      using folder = await OutputFolder.create(scratch, RUN_FILES);
      const place = folder.begin();
      for (const name of ['result.json', 'trace.ndjson', 'new.pcap']) place.write(name, '2');
      const deep = place.make('cells/a/b');
      deep.write('trace.ndjson', '2');
      place.completed = true;
      place.moving = true;
      place.save();
      // What a kill between two renames leaves.
      rmSync(at('result.json'));
      writeFileSync(at('result.json'), text(UNFINISHED, 'result.json'));
      rmSync(at(UNFINISHED, 'result.json'));
    }
    (await OutputFolder.open(scratch))[Symbol.dispose]();
    const made = { 'result.json': '2', 'trace.ndjson': '2', 'new.pcap': '2', 'cells/a/b/trace.ndjson': '2' };
    expect(all()).toEqual(made);
  });

  it('of folders inside goes file by file: what somebody put there stays', async () => {
    for (const [name, folder] of [
      ['1', 'cells/uml/old'],
      ['2', 'cells/uml/new'],
    ] as const) {
      using output = await OutputFolder.create(scratch);
      output.begin().make(folder).write('trace.ndjson', name);
      output.publish(true);
      if (name === '1') put('cells/uml/old/notes.txt');
    }
    expect(all()).toEqual({ 'cells/uml/new/trace.ndjson': '2', 'cells/uml/old/notes.txt': 'mine' });
  });
});

describe('a symbolic link', () => {
  const outside = (): string => at('outside');
  beforeEach(() => mkdirSync(at('in')));

  it('is never written through: the link of ours is replaced, and what it leads to stays', () => {
    put('outside');
    const folder = OurFolder.at(at('in'));
    folder.write('report.html', '1');
    rmSync(at('in/report.html'));
    symlinkSync(outside(), at('in/report.html'));
    folder.write('report.html', '2');
    expect([text('outside'), text('in/report.html')]).toEqual(['mine', '2']);
    rmSync(at('in/report.html'));
    symlinkSync(outside(), at('in/report.html'));
    folder.append('report.html', '3', true);
    expect([text('outside'), text('in/report.html')]).toEqual(['mine', '3']);
  });

  test.each(['trace.ndjson', 'report.html', OUR_FILES, '.report.html.part'])(
    'called %s is in the way',
    async (name) => {
      symlinkSync(outside(), at('in', name));
      const writeBoth = (): void => {
        for (const each of ['report.html', 'trace.ndjson']) OurFolder.at(at('in')).write(each, '1');
      };
      expect(await refusal(writeBoth)).toMatchObject({ code: 'E570' });
      expect(readdirSync(scratch)).toEqual(['in']);
    },
  );

  it('for a folder inside is in the way', async () => {
    mkdirSync(outside());
    symlinkSync(outside(), at('in/cells'));
    expect(await refusal(() => OurFolder.at(at('in')).make('cells/a/b'))).toMatchObject({ code: 'E570' });
    symlinkSync(outside(), at('in', UNFINISHED));
    expect(await refusal(() => OutputFolder.create(at('in')))).toMatchObject({ code: 'E570' });
    expect(readdirSync(outside())).toEqual([]);
  });

  it('for a folder that nobody named is refused; one that was named is meant', async () => {
    symlinkSync(at('in'), at('ipvlane-out'));
    expect(await refusal(() => outputPath(scratch, null, 'seed'))).toMatchObject({ kind: 'input', code: 'E572' });
    expect(outputPath(scratch, 'ipvlane-out', 'seed')).toBe(at('ipvlane-out'));
    using folder = await OutputFolder.create(at('ipvlane-out'));
    folder.begin().write('trace.ndjson', '1');
    folder.publish(true);
    expect(text('in/trace.ndjson')).toBe('1');
  });
});

describe('two at once', () => {
  it('are refused, until the first has ended', async () => {
    const first = await OutputFolder.create(scratch);
    expect(await refusal(() => OutputFolder.create(scratch))).toMatchObject({ kind: 'input', code: 'E571' });
    first.begin();
    // The reports of what it writes are not to be written meanwhile either.
    expect(await refusal(() => OutputFolder.open(at(UNFINISHED)))).toMatchObject({ code: 'E571' });
    first[Symbol.dispose]();
    (await OutputFolder.create(scratch))[Symbol.dispose]();
  });
});

describe('a file', () => {
  it('comes in pieces, and a name from a guest stays inside', () => {
    const folder = OurFolder.at(scratch);
    folder.append('../../a.pcap', Buffer.from('one '), false);
    folder.append('../../a.pcap', Buffer.from('two'), true);
    expect(all()).toEqual({ 'a.pcap': 'one two' });
  });

  it('is whole at its place, or not there: a full disk leaves the earlier one', () => {
    writeWhole(at('a'), 'first');
    // A limit on the size of files is a disk that is full, for one process.
    const script = `import('${join(import.meta.dirname, 'whole-file.ts')}').then(m => { try { m.writeWhole(process.argv[1], 'x'.repeat(1e6)) } catch (e) { console.log(e.code) } })`;
    const said = execFileSync(
      'sh',
      ['-c', 'ulimit -f 64; trap "" XFSZ; exec "$@"', 'sh', process.execPath, '--import', 'tsx', '-e', script, at('a')],
      { encoding: 'utf8' },
    );
    expect(said.trim()).toBe('EFBIG');
    expect(all()).toEqual({ a: 'first' });
  });

  it('that cannot be written is said with what to do', async () => {
    put('file');
    // The latter has folders, and makes none.
    for (const path of [at('file', 'below'), '/proc/ipvlane'])
      expect(await refusal(() => OutputFolder.create(path))).toMatchObject({ kind: 'input', code: 'E501' });
  });
});
