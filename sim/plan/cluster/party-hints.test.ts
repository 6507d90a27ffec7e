import { expect, test } from 'vitest';
import { hintOfSlash, replicaHelp } from './party-hints.ts';

const known = ['default/web', 'web', 'shop/api'];

test.each([
  ['deploy/web', 'write `web`, without its kind'],
  ['svc/web', 'a Service sends and receives nothing: name `web`'],
  ['web/80', '`web` is there: write `web` alone, and port 80 where a port is asked for'],
])('a Scenario that says %s', (text, help) => {
  expect(hintOfSlash(text, known, false)).toBe(help);
});

test.each(['web', 'shop/aip', 'a/b/c', 'api/80', 'deploy/nobody', 'web/'])('%s is another mistake', (text) => {
  expect(hintOfSlash(text, known, false)).toBeUndefined();
});

test('a command that takes kinds says nothing of them', () => {
  expect(hintOfSlash('deploy/web', known, true)).toBeUndefined();
});

test('the places that there are', () => {
  expect(replicaHelp('api', 1)).toBe('write `api[0]`, or ask for more replicas');
  expect(replicaHelp('api', 3)).toBe('write `api[0]` to `api[2]`, or ask for more replicas');
});
