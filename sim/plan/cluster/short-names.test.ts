import { expect, test } from 'vitest';
import { planOf, podOf } from '../../../test/lab/plans.ts';
import { shortNames } from './short-names.ts';

const owner = (name: string, kind: 'Deployment' | 'StatefulSet' = 'Deployment') => ({ owner: { kind, name } });
const pods = [
  podOf(1, 'test-5cd8b7c9f-x7k2p', 'n1', owner('test')),
  podOf(2, 'test-5cd8b7c9f-zz9zz', 'n1', owner('test')),
  podOf(3, 'db-0', 'n1', owner('db', 'StatefulSet')),
  podOf(4, 'client', 'n1'),
];
const plan = planOf({ pods });

test('a replica is called as a Scenario calls it, and one namespace needs no name', () => {
  const short = shortNames(plan);
  expect(short('default/test-5cd8b7c9f-zz9zz')).toBe('test[1]');
  expect(short('default/db-0')).toBe('db-0');
  expect(short('default/client -> default/test-5cd8b7c9f-x7k2p TCP/80')).toBe('client -> test[0] TCP/80');
  expect(short('isolated by default/door (manifests/default/door.yaml:3)')).toBe(
    'isolated by door (manifests/default/door.yaml:3)',
  );
  expect(short('host:outside')).toBe('host:outside');
});

test('where there are several namespaces each stays', () => {
  const short = shortNames(planOf({ pods: [...pods, { ...podOf(5, 'client', 'n1'), namespace: 'shop' }] }));
  expect(short('default/test-5cd8b7c9f-x7k2p -> shop/client')).toBe('default/test[0] -> shop/client');
});

test('a workload that changes its pods on the way keeps their own names: which is [1] would depend on when', () => {
  const position = null;
  const change = { deletePods: [{ namespace: 'default', name: 'test-5cd8b7c9f-x7k2p' }] };
  const timeline = [{ index: 0, name: 'delete', position, kind: 'delete' as const, change }];
  const short = shortNames({ ...plan, timeline });
  expect(short('default/test-5cd8b7c9f-zz9zz')).toBe('test-5cd8b7c9f-zz9zz');
});
