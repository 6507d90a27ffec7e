import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { staleNodePackages } from './node-packages.mjs';

const LOCK = {
  '': { dependencies: { one: '1.0.0', two: '2.0.0' }, optionalDependencies: { ours: '3.0.0' } },
  'node_modules/one': { version: '1.0.0' },
  'node_modules/two': { version: '2.0.0' },
  'node_modules/ours': { version: '3.0.0', optional: true },
  'node_modules/for-another-platform': { version: '4.0.0', optional: true },
};
const INSTALLED = {
  'node_modules/one': { version: '1.0.0' },
  'node_modules/two': { version: '2.0.0' },
  'node_modules/ours': { version: '3.0.0', optional: true },
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ipvlane-packages-'));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: LOCK }));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function installed(packages: object): void {
  mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
}

test('nothing installed is stale', () => {
  expect(staleNodePackages(root)).toBe('node_modules is not there');
});

test('what others call optional may be missing', () => {
  installed(INSTALLED);
  expect(staleNodePackages(root)).toBeNull();
});

test.each([
  ['another version', { 'node_modules/two': { version: '1.9.0' } }, 'node_modules/two is 1.9.0, wanted 2.0.0'],
  ['an optional package of our own', { 'node_modules/ours': undefined }, 'node_modules/ours is missing, wanted 3.0.0'],
])('%s is stale', (_, difference, why) => {
  installed({ ...INSTALLED, ...difference });
  expect(staleNodePackages(root)).toBe(why);
});
