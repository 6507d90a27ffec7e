import { expect, it } from 'vitest';
import { networkCounters, parseLines, parsePairs } from './network-counters.ts';
import { NetworkNamespace } from './namespace.ts';

it('reads pairs of lines, and one a line', () => {
  const snmp = 'Ip: Forwarding ReasmFails\nIp: 2 7630\nUdp: InDatagrams NoPorts\nUdp: 13 4\n';
  expect([...parsePairs(snmp)]).toEqual([
    ['Ip.Forwarding', 2],
    ['Ip.ReasmFails', 7630],
    ['Udp.InDatagrams', 13],
    ['Udp.NoPorts', 4],
  ]);
  expect([...parseLines('Ip6ReasmFails   \t 3\nUdp6NoPorts 0\n')]).toEqual([
    ['Ip6ReasmFails', 3],
    ['Udp6NoPorts', 0],
  ]);
});

it('reads those of this kernel', () => {
  using here = NetworkNamespace.current();
  const counters = networkCounters(here);
  for (const name of ['Ip.ReasmFails', 'Udp.NoPorts', 'TcpExt.ListenDrops'])
    expect(counters.get(name)).toBeTypeOf('number');
});
