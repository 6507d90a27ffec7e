import { describe, expect, it } from 'vitest';
import {
  addressesOf,
  found,
  goodPlan,
  network,
  onNetwork,
  plan,
  pod,
  pool,
  scenario,
  seedPool,
} from '../testdata/planning.ts';

function nad(name: string, config: object, namespace = 'kube-system'): string {
  return `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: ${name}, namespace: ${namespace} }
spec: { config: '${JSON.stringify({ cniVersion: '0.3.1', ...config })}' }`;
}

const storage = nad(
  'storage',
  {
    cniVersion: '0.4.0',
    name: 'storage',
    type: 'ipvlan',
    master: 'ens224',
    mode: 'l3',
    ipam: { type: 'spiderpool', default_ipv4_ippool: ['st'] },
  },
  'default',
);
const storagePool = pool('st', 'subnet: 10.9.0.0/16, gateway: 10.9.0.1, ips: [10.9.0.10-10.9.0.20]');
const by = (name: string) => `v1.multus-cni.io/default-network: ${name}`;

describe('eth0', () => {
  it('is on the network that the annotation names, looked for in kube-system', () => {
    expect(goodPlan(network, seedPool, pod('a', by('ipvlan-conf'))).pods[0]?.interfaces[0]?.network).toBe(
      'kube-system/ipvlan-conf',
    );
  });

  it('cannot be on a network that is not there: in the words of Multus, with the one that was meant', () => {
    const planned = plan(network, seedPool, pod('a', by('kube-system/ipvlan')));
    expect(planned.diagnostics).toMatchObject([
      {
        code: 'E301',
        message: 'cannot find a network-attachment-definition (ipvlan) in namespace (kube-system)',
        help: 'did you mean `kube-system/ipvlan-conf`?',
      },
    ]);
  });

  it('is on our default network where nothing is said: enforced, with a default pool', () => {
    const made = goodPlan(pod('a', 'kubernetes.io/egress-bandwidth: 10M'));
    expect(made.pods[0]).toMatchObject({ enforced: true, limits: { egressBps: 10_000_000, ingressBps: null } });
    expect(made.pods[0]?.interfaces).toMatchObject([
      { name: 'eth0', network: null, master: 'eth0', pools: ['ipvlane-default'] },
    ]);
    expect(addressesOf(made)).toEqual(['10.244.0.2/16']);
    expect(made.nodes).toEqual([
      { name: 'node-1', masters: [{ kind: 'nic', name: 'eth0', mtu: 1500, addresses: [] }] },
    ]);
  });

  it.each([
    [
      { name: 'x', type: 'macvlan', master: 'ens192', ipam: { type: 'spiderpool' } },
      /^E411 .* macvlan is not modelled, only ipvlan is/,
    ],
    [
      { name: 'x', type: 'ipvlan', ipam: { type: 'dhcp' } },
      /^E411 .* IPAM "dhcp" is not modelled, only spiderpool, static, host-local, whereabouts are/,
    ],
    [{ name: 'x', type: 'ipvlan', mode: 'l4', ipam: { type: 'spiderpool' } }, /^E425 .* unknown ipvlan mode: "l4"/],
    [{ name: 'x', type: 'ipvlan' }, /^E425 .* has no IPAM/],
  ])('cannot be on a network of %j', (config, words) => {
    expect(found(plan(nad('x', config), seedPool, pod('a', by('x'))))).toEqual([expect.stringMatching(words)]);
  });

  it('is told which IPAM to write where its own is not modelled', () => {
    const config = { name: 'x', type: 'ipvlan', ipam: { type: 'dhcp' } };
    const { diagnostics } = plan(nad('x', config), seedPool, pod('a', by('x')));
    expect(diagnostics.map(({ help }) => help)).toEqual([
      'write `"ipam": { "type": "spiderpool" }`, and a SpiderIPPool with its subnet and addresses',
    ]);
  });
});

describe('additional interfaces', () => {
  const wanted = (list: string) => pod('a', `${onNetwork}, k8s.v1.cni.cncf.io/networks: ${list}`);
  const lab = (list: string) => goodPlan(network, seedPool, storage, storagePool, wanted(list)).pods[0]!.interfaces;

  it('are those of the comma list, looked for in the namespace of the pod', () => {
    expect(lab('storage')).toMatchObject([
      { name: 'eth0' },
      { name: 'net1', network: 'default/storage', master: 'ens224', mode: 'l3', routes: [] },
    ]);
    expect(lab('default/storage@st0')).toMatchObject([{ name: 'eth0' }, { name: 'st0' }]);
  });

  it('are those of the JSON list', () => {
    const pools = `, ipam.spidernet.io/ippools: '[{"ipv4":["ens192-v4"]},{"ipv4":["st"]},{"ipv4":["st2"]}]'`;
    const list = `'[{"name":"storage","interface":"st0"},{"name":"storage","namespace":"default"}]'${pools}`;
    const st2 = pool('st2', 'subnet: 10.8.0.0/16, ips: [10.8.0.10-10.8.0.20]');
    expect(goodPlan(network, seedPool, storage, storagePool, st2, wanted(list)).pods[0]?.interfaces).toMatchObject([
      { name: 'eth0' },
      { name: 'st0', addresses: ['10.9.0.10/16'] },
      { name: 'net2', addresses: ['10.8.0.10/16'] },
    ]);
  });

  it.each([
    ['a/b/c', /^E409 .* Invalid network object/],
    [`'[{"interface":"x"}]'`, /^E409 .* has no `name`/],
    [`'[{'`, /^E409 .* JSON/],
    [
      'storage@averyveryverylongname',
      /^E409 .* `averyveryverylongname` is no name of an interface: it has 21 characters/,
    ],
    ['storage@eth0', /^E409 .* two interfaces of the pod would be named eth0/],
    ['nowhere', /^E301 /],
  ])('of %s are refused', (list, words) => {
    expect(found(plan(network, seedPool, storage, storagePool, wanted(list)))).toEqual([expect.stringMatching(words)]);
  });

  it('of kinds that are not modelled are left out, with a warning', () => {
    const macvlan = nad('m', { name: 'm', type: 'macvlan' }, 'default');
    const planned = plan(network, seedPool, macvlan, wanted('m'));
    expect(found(planned)).toEqual([expect.stringMatching(/^W406 .* net1 is left out/)]);
    expect(planned.plan?.pods[0]?.interfaces).toHaveLength(1);
  });
});

describe('a network enforces limits and policies', () => {
  const limited = pod('a', `${onNetwork}, kubernetes.io/ingress-bandwidth: 5M`);

  it('when its chain is named spidernet-chainer and holds cilium-cni', () => {
    const made = goodPlan(network, seedPool, limited);
    expect(made.pods[0]).toMatchObject({ enforced: true, limits: { ingressBps: 5_000_000, egressBps: null } });
  });

  it.each([
    [
      'another name',
      network.replace('spidernet-chainer', 'terway-chainer'),
      'its CNI configuration is named `terway-chainer`, not `spidernet-chainer`; images of cilium-chaining from before November 2025 take part in `terway-chainer` and in no other',
    ],
    ['no cilium-cni', network.replace(/ {2}chainCNIJsonData.*/, ''), 'its chain holds no `cilium-cni`'],
  ])('and with %s it does not: a warning, and no limit in the plan', (_, smc, why) => {
    const planned = plan(smc, seedPool, limited);
    expect(found(planned)).toEqual([expect.stringMatching(/^W401 /)]);
    expect(planned.diagnostics[0]?.message).toBe(
      `nothing will be limited or policed on kube-system/ipvlan-conf: ${why}`,
    );
    expect(planned.plan?.pods[0]).toMatchObject({ enforced: false, limits: { ingressBps: null, egressBps: null } });
  });

  it('and nobody is warned where nothing is to be enforced', () => {
    expect(found(plan(network.replace('spidernet-chainer', 'x'), seedPool, pod('a')))).toEqual([]);
  });

  it('but no ingress limit in mode l3s', () => {
    const l3s = nad('ipvlan-conf', {
      name: 'spidernet-chainer',
      plugins: [
        {
          type: 'ipvlan',
          master: 'ens192',
          mode: 'l3s',
          ipam: { type: 'spiderpool', default_ipv4_ippool: ['ens192-v4'] },
        },
        { type: 'cilium-cni' },
      ],
    });
    expect(found(plan(l3s, seedPool, limited))).toEqual([
      expect.stringMatching(/^E414 .* in mode l3s an ingress limit of default\/a cannot hold/),
    ]);
    expect(found(plan(l3s, seedPool, pod('a', `${onNetwork}, kubernetes.io/egress-bandwidth: 5M`)))).toEqual([]);
  });
});

describe('masters', () => {
  const nodes = (interfaces: string) => scenario(`nodes: [ { name: n1, interfaces: [ ${interfaces} ] } ]`);

  it('are the interfaces of the node', () => {
    expect(found(plan(network, seedPool, pod('a'), nodes('{ name: ens193 }')))).toEqual([
      expect.stringMatching(/^E412 .* failed to lookup master "ens192": node n1 has no such interface/),
    ]);
  });

  it('are made of them: a bond, then the VLAN on it', () => {
    const bonded = network.replace('master: [ens192]', 'master: [e1, e2], vlanID: 7, bond: { name: bond0, mode: 1 }');
    const made = goodPlan(bonded, seedPool, pod('a'), nodes('{ name: e1, mtu: 9000 }, { name: e2, mtu: 8000 }'));
    expect(made.nodes[0]?.masters).toEqual([
      { kind: 'nic', name: 'e1', mtu: 9000, addresses: [] },
      { kind: 'nic', name: 'e2', mtu: 8000, addresses: [] },
      { kind: 'bond', name: 'bond0', parents: ['e1', 'e2'], mode: 1, mtu: 8000, addresses: [] },
      { kind: 'vlan', name: 'bond0.7', parent: 'bond0', vlanId: 7, mtu: 8000, addresses: [] },
    ]);
    expect(made.pods[0]?.interfaces[0]).toMatchObject({ master: 'bond0.7', mtu: 8000 });
  });

  it('give their MTU to the slave, which may ask for less but not for more', () => {
    const asking = (mtu: number) => network.replace('master: [ens192]', `master: [ens192], mtu: ${mtu}`);
    expect(goodPlan(asking(1400), seedPool, pod('a')).pods[0]?.interfaces[0]?.mtu).toBe(1400);
    expect(found(plan(asking(9000), seedPool, pod('a')))).toEqual([
      expect.stringMatching(/^E415 .* invalid MTU 9000, must be \[0, master MTU\(1500\)\]/),
    ]);
  });

  it('have one mode: the last slave made would win for all', () => {
    const l3 = nad('l3', {
      name: 'l3',
      type: 'ipvlan',
      master: 'ens192',
      mode: 'l3',
      ipam: { type: 'spiderpool', default_ipv4_ippool: ['ens192-v4'] },
    });
    expect(found(plan(network, seedPool, l3, pod('a'), pod('b', by('l3'))))).toEqual([
      expect.stringMatching(
        /^E413 .* ens192 would be in mode l3 for kube-system\/l3 and in mode l2 for kube-system\/ipvlan-conf/,
      ),
    ]);
  });
});
