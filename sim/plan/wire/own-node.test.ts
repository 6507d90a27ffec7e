import { describe, expect, it } from 'vitest';
import { found, network, plan, pod, pool, scenario, onNetwork } from '../testdata/planning.ts';

const pools = pool('ens192-v4', 'subnet: 172.51.0.0/16, ips: [172.51.0.100-172.51.0.108]');
const nodes = `nodes:
  - { name: n1, interfaces: [{ name: ens192, addresses: [172.51.0.1/16] }, { name: ens224, addresses: [172.51.9.1/16] }] }
  - { name: n2, interfaces: [{ name: ens192, addresses: [172.51.0.2/16] }] }`;
const pods = [pod('a', onNetwork, 'nodeName: n1'), pod('b', onNetwork, 'nodeName: n2')];

function planned(step: string, net = network) {
  return plan(net, pools, ...pods, scenario(`${nodes}\ntimeline:\n  - ${step}`));
}

describe('a node and a slave of its own NIC', () => {
  it('are not probed, with the reason, and the rest of the line is', () => {
    const made = planned('probe: [{ from: "node:n1", to: [a, b], port: ICMP }]');
    expect(found(made)).toEqual([
      expect.stringMatching(/^W412 \d+:\d+ not probed: node:n1 and default\/a cannot reach each other: .*own ens192/),
    ]);
    expect(made.diagnostics[0]?.help).toContain('the coordinator of network kube-system/ipvlan-conf adds `veth0`');
    const [step] = made.plan?.timeline ?? [];
    expect(step?.kind === 'probe' ? step.probes.map(({ toAddress }) => toAddress) : null).toEqual(['172.51.0.101']);
  });

  it('are probed the other way round no more', () => {
    expect(found(planned('probe: [{ from: [a, b], to: "node:n1", port: TCP/22 }]'))).toEqual([
      expect.stringMatching(/^W412 /),
    ]);
  });

  it('are told apart by the coordinator in the chain', () => {
    const without = network.replace('cniType: ipvlan', 'cniType: ipvlan\n  enableCoordinator: false');
    const made = planned('probe: [{ from: "node:n1", to: a, port: ICMP }]', without);
    expect(made.diagnostics.at(-1)?.help).toContain('kube-system/ipvlan-conf has no coordinator');
  });

  it('may be expected not to reach each other', () => {
    expect(found(planned('probe: [{ from: "node:n1", to: a, port: ICMP, expect: denied }]'))).toEqual([]);
  });

  it('have no flow between them', () => {
    expect(found(planned('traffic: [{ from: a, to: "node:n1", duration: 1s }]'))).toEqual([
      expect.stringMatching(/^E417 \d+:\d+ node:n1 and default\/a cannot reach each other/),
    ]);
    expect(found(planned('traffic: [{ from: a, to: "node:n2", duration: 1s }]'))).toEqual([]);
  });
});
