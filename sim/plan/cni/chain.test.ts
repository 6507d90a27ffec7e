import { describe, expect, it } from 'vitest';
import { addressesOf, found, goodPlan, plan, pod, pool, scenario } from '../testdata/planning.ts';
import { spiderMultusConfig } from '../spiderpool/testdata/spider-objects.ts';

const p4 = pool('p4', 'subnet: 10.9.0.0/16, ips: [10.9.0.10-10.9.0.20], gateway: 10.9.0.1');
const onCapped = 'v1.multus-cni.io/default-network: kube-system/capped';
const ipvlan = 'cniType: ipvlan, ipvlan: { master: [eth0], ippools: { ipv4: [p4] } }';
const CHAINER = 'cni.spidernet.io/cniconfig-name: spidernet-chainer';

function chained(...plugins: object[]): string {
  const texts = plugins.map((plugin) => `'${JSON.stringify(plugin)}'`);
  return spiderMultusConfig('capped', `${ipvlan}, chainCNIJsonData: [ ${texts.join(', ')} ]`, CHAINER);
}

function nad(name: string, ...plugins: object[]): string {
  return `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: ${name}, namespace: kube-system }
spec: { config: '${JSON.stringify({ cniVersion: '0.3.1', name, plugins })}' }`;
}

const limiting = { type: 'bandwidth', ingressRate: 20_000_000, ingressBurst: 20_000_000 };
const one = pod('one', onCapped);
const said = (...documents: string[]) => found(plan(p4, ...documents));

describe('a plugin that fails behind ipvlan keeps the pod from starting', () => {
  it.each([
    ['bandwidth alone', [limiting], /the container interface has no veth peer, so the pod never starts/],
    ['bandwidth behind cilium-cni', [{ type: 'cilium-cni' }, limiting], /no veth peer/],
    [
      'tuning with a MAC address',
      [{ type: 'tuning', mac: '02:00:00:00:00:05' }],
      /`mac` of tuning: .* MAC address of its own \(operation not supported\)/,
    ],
  ])('%s', (_, plugins, words) => {
    const [first, ...others] = said(chained(...plugins), one);
    expect(first).toMatch(/^E430 .* network kube-system\/capped: /);
    expect(first).toMatch(words);
    expect(others).toEqual([]);
  });

  it('podMACPrefix of the coordinator', () => {
    const smc = (mode: string) =>
      spiderMultusConfig('capped', `${ipvlan}, coordinator: { mode: ${mode}, podMACPrefix: "0a:1b" }`);
    expect(said(smc('auto'), one)).toEqual([expect.stringMatching(/^E430 .* podMACPrefix of coordinator: /)]);
    expect(said(smc('disabled'), one)).toEqual([]);
    expect(said(smc('auto'), pod('elsewhere', 'a: b'))).toEqual([]);
  });

  it('not bandwidth without a rate, and not where only the runtime could give one and does not', () => {
    const capable = { type: 'bandwidth', capabilities: { bandwidth: true } };
    expect(said(chained({ type: 'cilium-cni' }, { type: 'bandwidth' }), one)).toEqual([]);
    expect(said(chained({ type: 'cilium-cni' }, capable), one)).toEqual([]);
    const limited = pod('one', `${onCapped}, kubernetes.io/egress-bandwidth: 10M`);
    expect(said(chained({ type: 'cilium-cni' }, capable), limited)).toEqual([
      expect.stringMatching(/^E430 .* kubernetes.io\/egress-bandwidth on kube-system\/capped: .* no veth peer/),
    ]);
  });

  it('on an additional network as well: the whole pod does not start', () => {
    const side = nad(
      'side',
      { type: 'ipvlan', master: 'eth1', ipam: { type: 'spiderpool', default_ipv4_ippool: ['p4'] } },
      limiting,
    );
    expect(said(side, pod('a', 'k8s.v1.cni.cncf.io/networks: kube-system/side'))).toEqual([
      expect.stringMatching(/^E430 .* no veth peer/),
    ]);
  });

  it.each([
    ['1.1.0', { cniVersion: '1.1.0' }, /incompatible CNI versions; config is "1\.1\.0", plugin supports 0\.3\.0/],
    ['none', {}, /incompatible CNI versions; config is "0\.1\.0", for it says none/],
  ])('Spiderpool IPAM of a CNI version that it does not speak: %s', (_, version, words) => {
    const config = {
      ...version,
      name: 'n',
      type: 'ipvlan',
      ipam: { type: 'spiderpool', default_ipv4_ippool: ['p4'] },
    };
    const network = `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: old, namespace: kube-system }
spec: { config: '${JSON.stringify(config)}' }`;
    expect(said(network, pod('a', 'v1.multus-cni.io/default-network: old'))).toEqual([expect.stringMatching(words)]);
  });

  it('two VLANs of one number on a node', () => {
    const vlan = (name: string, master: string) =>
      spiderMultusConfig(name, `cniType: ipvlan, ipvlan: { master: [${master}], vlanID: 7, ippools: { ipv4: [p4] } }`);
    const nodes = scenario('nodes: [ { name: n1, interfaces: [ { name: eth0 }, { name: eth1 } ] } ]');
    const pods = ['a', 'b'].map((name) => pod(name, `v1.multus-cni.io/default-network: ${name}`));
    expect(said(vlan('a', 'eth0'), vlan('b', 'eth1'), ...pods, nodes)).toEqual([
      expect.stringMatching(/^E430 .* same vlanId 7 .*: eth1\.7 and eth0\.7 on node n1/),
    ]);
  });
});

describe('what is not made of a chain is said in a word', () => {
  it.each([
    [{ type: 'tuning', sysctl: { 'net.ipv4.conf.IFNAME.arp_filter': '1' } }, /`sysctl` of tuning has no effect here/],
    [{ type: 'tuning', mtu: 1400 }, /`mtu` of tuning has no effect here: the slave keeps the MTU of its master/],
    [{ type: 'sbr' }, /plugin `sbr` has no effect here/],
    [
      { type: 'portmap', capabilities: { portMappings: true } },
      /plugin `portmap` has no effect here: no port of the node/,
    ],
    [{ type: 'my-own-plugin' }, /plugin `my-own-plugin` has no effect here: nobody here knows/],
    [{ type: 'cilium-cni', 'chaining-mod': 'x' }, /`chaining-mod` of cilium-cni is not known/],
  ])('%j', (plugin, words) => {
    const chain = plugin.type === 'cilium-cni' ? [plugin] : [{ type: 'cilium-cni' }, plugin];
    const [first, ...others] = said(chained(...chain), one);
    expect(first).toMatch(/^W418 .* network kube-system\/capped: /);
    expect(first).toMatch(words);
    expect(others).toEqual([]);
  });

  it.each([{ type: 'firewall' }, { type: 'rdma' }, { type: 'tuning', promisc: true, txQLen: 5 }])(
    '%j changes no packet',
    (plugin) => {
      expect(said(chained({ type: 'cilium-cni' }, plugin), one)).toEqual([]);
    },
  );

  it.each([
    ['hijackCIDR: [10.96.0.0/12]', /traffic to 10\.96\.0\.0\/12 goes by veth0 and the node, past limits and policies/],
    ['policyRoutes: [ { dst: 10.10.0.0/16, gw: 10.9.0.1 } ]', /`policyRoutes` to 10\.10\.0\.0\/16 are not made/],
    ['vethMTU: 1400', /veth0 is not made/],
    ['podDefaultRouteNIC: net1', /the default route stays at eth0, not at net1/],
    ['podCIDRType: none, podRPFilter: 1', /rp_filter/],
  ])('a coordinator with { %s }', (settings, words) => {
    const smc = spiderMultusConfig('capped', `${ipvlan}, coordinator: { ${settings} }`);
    expect(said(smc, one)).toEqual([expect.stringMatching(words)]);
    expect(said(smc, pod('elsewhere', 'a: b'))).toEqual([]);
  });

  it('two plugins that make an interface are refused', () => {
    expect(said(chained({ type: 'vrf', vrfname: 'blue' }), one)).toEqual([
      expect.stringMatching(/^E411 .* `vrf` in one chain with ipvlan is not modelled/),
    ]);
  });

  it('keys are read as Go reads them', () => {
    const mixed = nad('capped', {
      type: 'ipvlan',
      Master: 'eth7',
      MTU: 1400,
      IPAM: { type: 'spiderpool', default_ipv4_ippool: ['p4'] },
    });
    const made = goodPlan(p4, mixed, one);
    expect(made.pods[0]?.interfaces[0]).toMatchObject({ master: 'eth7', mtu: 1400 });
  });
});

describe('IPAM that is not modelled', () => {
  const other = (name: string, ipam: object) => nad(name, { type: 'ipvlan', master: 'eth1', ipam });
  const dhcp = other('dh', { type: 'dhcp' });
  const sliced = other('wa', { type: 'whereabouts', range: '10.8.0.0/24', node_slice_size: '/28' });
  const said = (...documents: string[]) => {
    const made = plan(dhcp, sliced, ...documents);
    return { made, words: found(made) };
  };

  it('leaves an additional interface out, each by name, and the pod starts with eth0', () => {
    const both = pod('a', 'k8s.v1.cni.cncf.io/networks: "kube-system/dh,kube-system/wa"');
    const { made, words } = said(both);
    expect(words).toEqual([
      expect.stringMatching(/^W406 .* net1 is left out: network kube-system\/dh: IPAM "dhcp" is not modelled/),
      expect.stringMatching(/^W406 .* net2 is left out: network kube-system\/wa: `node_slice_size` .* is not modelled/),
    ]);
    expect(made.plan?.pods[0]?.interfaces.map(({ name }) => name)).toEqual(['eth0']);
  });

  it('as the default network is an error', () => {
    const { made, words } = said(pod('a', 'v1.multus-cni.io/default-network: kube-system/dh'));
    expect(words).toEqual([expect.stringMatching(/^E411 .* network kube-system\/dh: IPAM "dhcp" is not modelled/)]);
    expect(made.plan).toBeNull();
  });
});

describe('static IPAM', () => {
  const direct = (ipam: object, capabilities = {}) =>
    nad('direct', { type: 'ipvlan', master: 'eth0', capabilities, ipam: { type: 'static', ...ipam } });
  const onDirect = pod('fixed', 'v1.multus-cni.io/default-network: direct');
  const aside = (extra: string) =>
    pod('fixed', `k8s.v1.cni.cncf.io/networks: '[ { "name": "direct", "namespace": "kube-system" ${extra} } ]'`);
  const address = [{ address: '10.7.0.9/24', gateway: '10.7.0.1' }];

  it('makes no default route of a gateway, but gives it to routes without one', () => {
    const routes = (ipam: object) => goodPlan(direct(ipam), onDirect).pods[0]?.interfaces[0]?.routes;
    expect(routes({ addresses: address })).toEqual([]);
    expect(
      routes({ addresses: address, routes: [{ dst: '0.0.0.0/0' }, { dst: '10.3.0.0/16', gw: '10.7.0.2' }] }),
    ).toEqual([
      { to: '0.0.0.0/0', via: '10.7.0.1' },
      { to: '10.3.0.0/16', via: '10.7.0.2' },
    ]);
  });

  it('is handed addresses in place of its own where ipvlan declares the capability', () => {
    const asked = aside(', "ips": [ "10.7.0.8/24" ]');
    expect(addressesOf(goodPlan(direct({ addresses: address }, { ips: true }), asked))).toEqual([
      '10.244.0.2/16 10.7.0.8/24',
    ]);
    const without = plan(direct({ addresses: address }), asked);
    expect(addressesOf(without.plan!)).toEqual(['10.244.0.2/16 10.7.0.9/24']);
    expect(found(without)).toEqual([
      expect.stringMatching(/^W419 .*`ips` has no effect .* does not declare the capability/),
    ]);
  });

  it('of a default network is handed none: its pod gets no address', () => {
    const asked = pod(
      'fixed',
      `v1.multus-cni.io/default-network: '[ { "name": "direct", "ips": [ "10.7.0.9/24" ], "default-route": [ "10.7.0.1" ] } ]'`,
    );
    expect(found(plan(direct({}, { ips: true }), asked))).toEqual([
      expect.stringMatching(/^E407 .* static IPAM of kube-system\/direct names none/),
      expect.stringMatching(/^W419 .*`ips` has no effect .* Multus hands nothing to a default network/),
    ]);
  });
});

describe('what a pod asks of a network', () => {
  const side = (...others: object[]) =>
    nad('side', { type: 'ipvlan', master: 'eth1', capabilities: { ips: true }, ipam: { type: 'static' } }, ...others);
  const wanted = (extra: string) =>
    pod(
      'one',
      `k8s.v1.cni.cncf.io/networks: '[ { "name": "side", "namespace": "kube-system", "ips": [ "10.8.0.5/24" ] ${extra} } ]'`,
    );

  it.each([
    [
      '"mac": "02:00:00:00:00:05"',
      /`mac` has no effect on kube-system\/side: a slave of ipvlan has the MAC address of its master/,
    ],
    [
      '"bandwidth": { "ingressRate": 1000, "ingressBurst": 1000 }',
      /`bandwidth` has no effect .* no plugin of it limits/,
    ],
    ['"portMappings": [ { "hostPort": 80, "containerPort": 80 } ]', /`portMappings` has no effect/],
    ['"cni-args": { "a": "b" }', /`cni-args` has no effect/],
    ['"deviceID": "x"', /`deviceID` has no effect/],
    ['"ipam-claim-reference": "x"', /`ipam-claim-reference` has no effect .* IPAMClaim/],
    ['"interfaces": "x"', /`interfaces` has no effect .* no key of a network selection/],
  ])('%s: one warning', (extra, words) => {
    expect(found(plan(side(), wanted(`, ${extra}`)))).toEqual([expect.stringMatching(words)]);
  });

  it.each([
    [
      'bandwidth',
      '"bandwidth": { "ingressRate": 1000, "ingressBurst": 1000 }',
      /`bandwidth` on kube-system\/side: .* no veth peer/,
    ],
    ['tuning', '"mac": "02:00:00:00:00:05"', /`mac` on kube-system\/side: .* MAC address of its own/],
  ])('reaches plugin %s, which fails', (type, extra, words) => {
    const capability = type === 'tuning' ? 'mac' : 'bandwidth';
    const chain = side({ type, capabilities: { [capability]: true } });
    const [first, ...others] = found(plan(chain, wanted(`, ${extra}`)));
    expect(first).toMatch(/^E430 /);
    expect(first).toMatch(words);
    expect(others).toEqual([]);
  });

  it.each([
    ['"mac": "nonsense"', /^E409 .* invalid MAC address/],
    ['"default-route": [ "x" ]', /^E409 .*`default-route` is a list of IP addresses/],
    ['"default-route": [ "10.8.0.1", "10.8.0.2" ]', /^E409 .* multus does not support ECMP for default-route/],
    [
      '"default-route": [ "10.9.0.1" ]',
      /^E430 .* error setting default gateway: 10\.9\.0\.1 is not in the subnet of net1/,
    ],
  ])('%s is refused', (extra, words) => {
    expect(found(plan(side(), wanted(`, ${extra}`))).filter((one) => one.startsWith('E'))).toEqual([
      expect.stringMatching(words),
    ]);
  });

  it('is the default route: no other interface keeps one, and a warning names the versions that leave it', () => {
    const made = plan(side(), wanted(', "default-route": [ "10.8.0.1" ]'));
    expect(made.plan?.pods[0]?.interfaces.map(({ name, routes }) => ({ name, routes }))).toEqual([
      { name: 'eth0', routes: [] },
      { name: 'net1', routes: [{ to: '0.0.0.0/0', via: '10.8.0.1' }] },
    ]);
    expect(found(made)).toEqual([
      expect.stringMatching(/^W421 .* Multus 4\.2\.2 to 4\.3\.0 leave the one by 10\.244\.0\.1 \(eth0\)/),
    ]);
  });

  it('is the default route of the default network too, where that is all there is', () => {
    const direct = nad('direct', {
      type: 'ipvlan',
      master: 'eth0',
      ipam: { type: 'static', addresses: [{ address: '10.7.0.9/24' }] },
    });
    const asked = pod(
      'a',
      `v1.multus-cni.io/default-network: '[ { "name": "direct", "default-route": [ "10.7.0.1" ] } ]'`,
    );
    const made = plan(direct, asked);
    expect(found(made)).toEqual([]);
    expect(made.plan?.pods[0]?.interfaces[0]?.routes).toEqual([{ to: '0.0.0.0/0', via: '10.7.0.1' }]);
  });
});

describe('linkInContainer', () => {
  const inner = (master: string) =>
    nad('inner', {
      type: 'ipvlan',
      master,
      linkInContainer: true,
      ipam: { type: 'static', addresses: [{ address: '10.6.0.9/24' }] },
    });
  const nest = pod('nest', 'k8s.v1.cni.cncf.io/networks: kube-system/inner');
  const outer = pod('nest', 'v1.multus-cni.io/default-network: kube-system/inner');

  it('looks for the master in the pod: a slave on its eth0 is one more on the master of that', () => {
    const smc = spiderMultusConfig('capped', 'cniType: ipvlan, ipvlan: { master: [ens7], ippools: { ipv4: [p4] } }');
    const both = pod('nest', `${onCapped}, k8s.v1.cni.cncf.io/networks: kube-system/inner`);
    const made = goodPlan(p4, smc, inner('eth0'), both);
    expect(made.pods[0]?.interfaces.map(({ name, master }) => ({ name, master }))).toEqual([
      { name: 'eth0', master: 'ens7' },
      { name: 'net1', master: 'ens7' },
    ]);
    expect(made.nodes[0]?.masters.map(({ name }) => name)).toEqual(['ens7']);
  });

  it.each([
    [
      'an interface that the pod has not',
      inner('eth1'),
      nest,
      /failed to lookup master "eth1": .* pod default\/nest, which has eth0 before net1/,
    ],
    [
      'its own interface',
      inner('eth0'),
      outer,
      /failed to lookup master "eth0": .* which has no interface before eth0/,
    ],
  ])('fails on %s', (_, network, who, words) => {
    const [first, ...others] = found(plan(network, who));
    expect(first).toMatch(/^E430 /);
    expect(first).toMatch(words);
    expect(others).toEqual([]);
  });
});

describe('a default network without a namespace', () => {
  it("is looked for in Multus's own, which is said", () => {
    const mine = nad('mine', { type: 'ipvlan', master: 'eth0', ipam: { type: 'spiderpool' } }).replace(
      'kube-system',
      'default',
    );
    const { diagnostics } = plan(p4, mine, pod('a', 'v1.multus-cni.io/default-network: mine'));
    expect(diagnostics).toMatchObject([
      {
        code: 'E301',
        message: 'cannot find a network-attachment-definition (mine) in namespace (kube-system)',
        help: 'did you mean `default/mine`? Without a namespace Multus looks in its own, kube-system',
      },
    ]);
  });
});
