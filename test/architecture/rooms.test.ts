import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const table = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

/** Where files of tests lie; no rooms of their own. */
const OF_TESTS = new Set(['fixtures', 'testdata', '__golden__']);
const MOST_FILES = 16;

/** Folders that have more. A name goes when its walls are moved. */
const LARGER = ['dataplane/bpf', 'sim/cli', 'sim/lab', 'sim/lab/traffic/generator', 'sim/linux'];

interface Room {
  readonly name: string;
  readonly files: number;
  readonly folders: readonly string[];
}

function roomsBelow(name: string): Room[] {
  const entries = readdirSync(join(root, name), { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory() && !OF_TESTS.has(entry.name))
    .map((entry) => entry.name);
  const files = entries.filter(
    (entry) => entry.isFile() && /\.(tsx?|c|h|mjs|sh)$/.test(entry.name) && !/\.test\.tsx?$|\.d\.ts$/.test(entry.name),
  ).length;
  return [{ name, files, folders }, ...folders.flatMap((folder) => roomsBelow(`${name}/${folder}`))];
}

const rooms = ['sim', 'dataplane', 'reports'].flatMap(roomsBelow);

test('only the folders that are named have more files of product code than fit one', () => {
  const larger = rooms.filter(({ files }) => files > MOST_FILES).map(({ name }) => name);
  expect(larger.sort()).toEqual(LARGER);
});

const rows = new Map(
  [...table.matchAll(/^\| ((?:`[\w/]+`(?:, )?)+) \| (.*?) \|/gm)].flatMap(([, names = '', text = '']) =>
    [...names.matchAll(/`([\w/]+)`/g)].map(([, name = '']) => [name, text] as const),
  ),
);
const ofTheSecondFloor = rooms.filter(({ name }) => name.split('/').length === 2);

test('the table of rooms has a row for each, and no other', () => {
  const named = [...rows.keys()].filter((name) => name.includes('/')).sort();
  expect(named).toEqual(ofTheSecondFloor.map(({ name }) => name).sort());
});

test.each(ofTheSecondFloor.map(({ name, folders }) => [name, folders] as const))(
  'the row of %s names the folders in it, and no other',
  (name, folders) => {
    const text = rows.get(name) ?? '';
    const named = [...text.matchAll(/`([\w-]+)\/`/g)].map(([, folder]) => folder);
    expect([...new Set(named)].sort()).toEqual([...folders].sort());
  },
);
