import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages } from './pages.ts';

const root = join(import.meta.dirname, '../..');
const made = pages();

it.each([...made])('%s is what `npm run docs:pages` makes of the tree', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text);
});

it('the index of docs links to every page', () => {
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
  const linked = [...index.matchAll(/\]\(([^)#]+)\)/g)].map(([, to]) => to);
  const there = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(there.filter((name) => !linked.includes(name))).toEqual([]);
});

describe('links', () => {
  const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'scenarios/README.md', 'docs', 'docs/adr'].flatMap(
    (path) =>
      path.endsWith('.md')
        ? [path]
        : readdirSync(join(root, path))
            .filter((name) => name.endsWith('.md'))
            .map((name) => join(path, name)),
  );

  it.each(documents)('of %s lead to what is there', (path) => {
    const text = readFileSync(join(root, path), 'utf8').replaceAll(/```[^]*?```/g, '');
    const gone = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, to = '']) => to)
      .filter((to) => !/^[a-z]+:/.test(to) && !leadsSomewhere(path, to));
    expect(gone).toEqual([]);
  });
});

/** To a file or folder, and there to a heading where one is named. */
function leadsSomewhere(from: string, to: string): boolean {
  const [file = '', heading] = to.split('#');
  const path = file === '' ? join(root, from) : join(root, from, '..', file);
  try {
    if (heading === undefined) return readdirOrFile(path);
    const headings = [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => anchorOf(title));
    return headings.includes(heading);
  } catch {
    return false;
  }
}

function readdirOrFile(path: string): boolean {
  try {
    readFileSync(path);
  } catch {
    readdirSync(path);
  }
  return true;
}

/** As GitHub makes one of a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
