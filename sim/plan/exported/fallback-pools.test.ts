import { expect, test } from 'vitest';
import { formatCidr, parseAddress, parseCidr } from '../../../dataplane/policy/address.ts';
import { fallbackPools } from './fallback-pools.ts';

const poolsOf = (...had: string[]) =>
  fallbackPools(had.map(parseAddress), []).map(({ name, subnet, gateway, routes }) => ({
    name,
    subnet: formatCidr(subnet),
    gateway,
    routes: routes.map(({ to, via }) => (via === null ? to : `${to} via ${via}`)),
  }));

test('addresses that are near each other have the smallest subnet around them', () => {
  expect(poolsOf('10.42.0.7', '10.43.1.9')).toEqual([
    { name: 'ipvlane-default', subnet: '10.42.0.0/15', gateway: '10.42.0.1', routes: [] },
  ]);
});

test('addresses far apart have subnets of their own, neighbours by routes, and none is most of the Internet', () => {
  expect(poolsOf('10.1.0.5', '172.31.0.6', '100.64.0.1', '10.1.7.7')).toEqual([
    { name: 'ipvlane-default', subnet: '10.1.0.0/16', gateway: '10.1.0.1', routes: ['172.31.0.0/16', '100.64.0.0/16'] },
    {
      name: 'ipvlane-default-2',
      subnet: '172.31.0.0/16',
      gateway: '172.31.0.1',
      routes: ['10.1.0.0/16', '100.64.0.0/16'],
    },
    { name: 'ipvlane-default-3', subnet: '100.64.0.0/16', gateway: null, routes: ['10.1.0.0/16', '172.31.0.0/16'] },
  ]);
  expect(poolsOf('10.244.0.5', 'fd00::5', '2001:db8::1').map(({ subnet, routes }) => [subnet, ...routes])).toEqual([
    ['10.244.0.0/16'],
    ['fd00::/48', '2001:db8::/48'],
    ['2001:db8::/48', 'fd00::/48'],
  ]);
});

test('a subnet of the manifests keeps the usual one away, but not from pods that had addresses in it', () => {
  const firstOf = (taken: readonly string[], had: readonly string[] = []) =>
    fallbackPools(had.map(parseAddress), taken.map(parseCidr)).map(({ subnet }) => formatCidr(subnet))[0];
  expect(firstOf(['10.244.7.0/24', 'fd00::/16', '::/0'])).toBe('10.245.0.0/16');
  expect(firstOf(['10.244.7.0/24', '10.245.0.1/32', '10.246.0.0/15'])).toBe('10.248.0.0/16');
  expect(firstOf(['10.0.0.0/8'])).toBe('172.16.0.0/16');
  expect(firstOf(['0.0.0.0/0'])).toBe('10.244.0.0/16');
  expect(firstOf(['10.244.7.0/24'], ['10.244.0.9'])).toBe('10.244.0.0/16');
});
