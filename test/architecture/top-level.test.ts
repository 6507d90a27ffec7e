/** What lies at the top of the tree is what belongs there: a file more is one that somebody left. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { skipped } from '../report/skipped.ts';

const root = new URL('../../', import.meta.url).pathname;
const FOLDERS = ['.ci', 'dataplane', 'docs', 'findings', 'reports', 'scenarios', 'sim', 'test'];
const DOCUMENTS = ['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md'];
const OF_TOOLS = [
  ...['.dependency-cruiser.js', '.gitignore', '.npmrc', '.prettierignore', '.prettierrc.json', 'eslint.config.js'],
  ...['knip.json', 'package-lock.json', 'package.json', 'tsconfig.json', 'vitest.config.ts'],
];

/** null where this is no work tree of git. */
function keptInGit(): readonly string[] | null {
  try {
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
    return execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8', stdio }).trim().split('\n');
  } catch {
    return null;
  }
}

const files = keptInGit();
const reason = files === null ? 'this is no work tree of git' : null;

it.skipIf(files === null)(
  `the top of the tree holds its folders, its documents, and what tools look for there${skipped(reason)}`,
  () => {
    const belongs = new Set([...FOLDERS, ...DOCUMENTS, ...OF_TOOLS]);
    const top = new Set(files?.map((file) => file.split('/')[0] ?? ''));
    expect([...top].filter((name) => !belongs.has(name))).toEqual([]);
  },
);
