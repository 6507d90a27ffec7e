import { expect, it } from 'vitest';
import { groupProblem, isGroup } from './group-address.ts';

it.each(['239.1.1.1', '224.0.1.1', '255.255.255.255', '172.51.255.255', 'ff05::101', 'ff0e::1'])(
  '%s may be sent to many by',
  (address) => {
    expect(groupProblem(address)).toBeNull();
  },
);

it.each([
  ['all', /^is no address/],
  ['239.1.1.1/32', /^is no address/],
  ['224.0.0.5', /protocols of the link/],
  ['ff02::101', /of one link alone/],
  ['fd51::1', /^is neither/],
  ['127.0.0.1', /^is neither/],
])('%s may not', (address, why) => {
  expect(groupProblem(address)).toMatch(why);
});

it('a group is joined, and a broadcast address is not', () => {
  expect(['239.1.1.1', 'ff05::101', '172.51.255.255', '255.255.255.255'].map(isGroup)).toEqual([
    ...[true, true],
    ...[false, false],
  ]);
});
