import { describe, expect, it } from 'vitest';
import type { PodPlan } from '../plan/plan.ts';
import type { Node } from './node.ts';
import type { Host } from './host.ts';
import { announceRouted, withdrawRouted } from './routed-slaves.ts';

const slave = { name: 'eth0', network: null, master: 'ens192', isolation: 'bridge', mtu: 1500, routes: [], pools: [] };

function pod(mode: 'l2' | 'l3'): PodPlan {
  const addresses = ['172.51.0.100/16', 'fd00::100/64'];
  return { node: 'a', interfaces: [{ ...slave, mode, addresses }] } as unknown as PodPlan;
}

/** What the machines of the wire were told, as `machine: what`. */
function told(plan: PodPlan, tell: typeof announceRouted = announceRouted): readonly string[] {
  const lines: string[] = [];
  const rtnetlink = (of: string): Node['rtnetlink'] =>
    ({
      link: () => ({ address: `mac of ${of}` }),
      addNeighbor: (ifindex: number, address: string, mac: string) =>
        lines.push(`${of}: ${address} at ${mac} on ${ifindex}`),
      deleteNeighbor: (ifindex: number, address: string) => lines.push(`${of}: no ${address} on ${ifindex}`),
      deleteRoute: ({ to, ifindex }: { to: string; ifindex: number }) => lines.push(`${of}: no ${to} on ${ifindex}`),
      replaceRoute: ({ to, ifindex }: { to: string; ifindex: number }) => lines.push(`${of}: ${to} on ${ifindex}`),
    }) as unknown as Node['rtnetlink'];
  const node = (name: string, ifindex: number): [string, Node] => {
    const masters = [{ kind: 'nic', name: 'ens192', mtu: 1500, addresses: [] }];
    const found = { plan: { name, masters }, rtnetlink: rtnetlink(name), masters: new Map([['ens192', ifindex]]) };
    return [name, found as unknown as Node];
  };
  const host = { plan: { name: 'h' }, rtnetlink: rtnetlink('host'), attachment: { ifindex: 9 } } as unknown as Host;
  tell(plan, new Map([node('a', 1), node('b', 2)]), [host]);
  return lines;
}

describe('a slave in mode L3', () => {
  it('answers no ARP: every other machine of the wire is told where it is', () => {
    expect(told(pod('l3'))).toEqual([
      ...['b: 172.51.0.100 at mac of a on 2', 'b: 172.51.0.100/32 on 2'],
      ...['b: fd00::100 at mac of a on 2', 'b: fd00::100/128 on 2'],
      ...['host: 172.51.0.100 at mac of a on 9', 'host: 172.51.0.100/32 on 9'],
      ...['host: fd00::100 at mac of a on 9', 'host: fd00::100/128 on 9'],
    ]);
  });

  it('that goes is forgotten by all of them', () => {
    expect(told(pod('l3'), withdrawRouted)).toEqual([
      ...['b: no 172.51.0.100/32 on 2', 'b: no 172.51.0.100 on 2', 'b: no fd00::100/128 on 2', 'b: no fd00::100 on 2'],
      ...['host: no 172.51.0.100/32 on 9', 'host: no 172.51.0.100 on 9'],
      ...['host: no fd00::100/128 on 9', 'host: no fd00::100 on 9'],
    ]);
  });

  it('one in mode L2 answers for itself', () => {
    expect(told(pod('l2'))).toEqual([]);
  });
});
