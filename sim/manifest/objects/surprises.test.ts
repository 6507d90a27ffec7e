import { expect, test } from 'vitest';
import { memoryFiles } from '../finding/memory-files.ts';
import { readManifests } from '../read-manifests.ts';

const surprises = (spec: string) =>
  readManifests(
    ['a.yaml'],
    memoryFiles({
      'a.yaml': `apiVersion: v1\nkind: Pod\nmetadata: { name: x }\nspec: { containers: [ { name: c, image: i } ], ${spec} }\n`,
    }),
  )
    .diagnostics.filter(({ code }) => code === 'W203')
    .map(({ message }) => message.split(' is ')[0]);

test.each([
  'volumes: [ { name: v, configMap: { name: m, defaultMode: 0400 } } ]',
  'volumes: [ { name: v, secret: { secretName: s, items: [ { key: k, path: p, mode: 0644 } ] } } ]',
  'volumes: [ { name: v, projected: { sources: [ { secret: { name: s, items: [ { key: k, path: p, mode: 0644 } ] } } ] } } ]',
])('the mode of a file is meant as the cluster reads it: %s', (spec) => {
  expect(surprises(spec)).toEqual([]);
});

test.each([
  ['priority: 0100', '`0100`'],
  ['nodeSelector: { mode: "a" }, priority: 010', '`010`'],
  ['volumes: [ { name: v, iscsi: { lun: 010 } } ]', '`010`'],
])('a number that is none is told of: %s', (spec, written) => {
  expect(surprises(spec)).toEqual([written]);
});
