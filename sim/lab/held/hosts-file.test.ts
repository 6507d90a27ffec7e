import { expect, test } from 'vitest';
import { nodeOf, planOf, podOf } from '../../../test/lab/plans.ts';
import { hostsFile } from './hosts-file.ts';

const pods = [podOf(1, 'web', 'n1'), podOf(2, 'db', 'n1'), { ...podOf(3, 'db', 'n1'), namespace: 'shop' }];
const lines = hostsFile(planOf({ pods, nodes: [nodeOf('n1', 230)] })).split('\n');
const namesOf = (address: string) =>
  lines
    .find((line) => line.startsWith(`${address}\t`))
    ?.split(/\s+/)
    .slice(1);

test('every pod has its name, its name with the namespace, and the name that DNS makes of its address', () => {
  expect(namesOf('172.51.1.1')).toEqual([
    ...['web', 'web.default', 'web.default.pod', '172-51-1-1.default.pod.cluster.local'],
  ]);
  expect(namesOf('fd00:51::1')).toEqual([
    ...['web', 'web.default', 'web.default.pod', 'fd00-51--1.default.pod.cluster.local'],
  ]);
});

test('a name that two namespaces have stands only with its namespace', () => {
  expect(namesOf('172.51.1.2')?.[0]).toBe('db.default');
  expect(namesOf('172.51.1.3')?.[0]).toBe('db.shop');
});

test('hosts and nodes have theirs, and localhost stays', () => {
  expect(namesOf('172.51.200.1')).toEqual(['outside']);
  expect(namesOf('172.51.0.230')).toEqual(['n1']);
  expect(namesOf('127.0.0.1')).toEqual(['localhost']);
});
