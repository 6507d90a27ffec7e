import { describe, expect, test } from 'vitest';
import { objectsNamed, withValues } from './object-words.ts';

const short = (words: readonly string[], namespace?: string): string[] =>
  objectsNamed(words, { namespace }).map(
    (each) => `${each.kind} ${each.namespace}/${each.name}${each.replica === null ? '' : `[${each.replica}]`}`,
  );

describe('objects', () => {
  test.each([
    [['pod', 'a', 'b'], undefined, ['Pod default/a', 'Pod default/b']],
    [['pod/a', 'deploy/web'], 'shop', ['Pod shop/a', 'Deployment shop/web']],
    [['deploy', 'web'], 'shop', ['Deployment shop/web']],
    [['deploy', 'other/web'], 'shop', ['Deployment other/web']],
    [['pod', 'web[1]'], undefined, ['Pod default/web[1]']],
    [['other/sts/db'], 'shop', ['StatefulSet other/db']],
    [['ns', 'shop'], 'x', ['Namespace shop/shop']],
    [['deployment.apps/web'], undefined, ['Deployment default/web']],
  ])('%j in %s', (words, namespace, found) => {
    expect(short(words, namespace)).toEqual(found);
  });

  test.each([
    [[]],
    [['pod']],
    [['web']],
    [['svc', 'a']],
    [['svc/a']],
    [['shop/web']],
    [['deploy/web[0]']],
    [['host:a/b']],
  ])('%j are refused', (words) => {
    expect(() => objectsNamed(words, {})).toThrow(/write|name an object|names no object/);
  });
});

test('what is set comes after the objects', () => {
  expect(withValues(['pod/a', 'pod/b', 'x=1', 'y-'], {})).toMatchObject([
    { name: 'a', values: { x: '1', y: null }, overwrite: false },
    { name: 'b', values: { x: '1', y: null }, overwrite: false },
  ]);
  expect(withValues(['pod/a', 'x=1'], { overwrite: true })).toMatchObject([{ overwrite: true }]);
  for (const other of ['x-', 'x=2']) expect(() => withValues(['pod/a', 'x=1', other], {})).toThrow('is said twice');
  expect(() => withValues(['pod', 'a'], {})).toThrow('nothing is set');
});
