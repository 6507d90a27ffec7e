import { describe, expect, it } from 'vitest';
import { found, goodPlan, plan, pod } from '../testdata/planning.ts';

function nad(name: string, ipam: object): string {
  return `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: ${name}, namespace: kube-system }
spec: { config: '${JSON.stringify({ cniVersion: '0.3.1', name, type: 'ipvlan', master: 'eth1', ipam })}' }`;
}

const a = (names: string) => pod('a', `k8s.v1.cni.cncf.io/networks: '${names}'`);
const TO_ALL = { routes: [{ dst: '0.0.0.0/0' }] };

describe('two routes to one destination', () => {
  it.each([
    ['host-local', { type: 'host-local', subnet: '10.4.0.0/24' }],
    ['static', { type: 'static', addresses: [{ address: '10.4.0.9/24', gateway: '10.4.0.1' }] }],
    ['whereabouts', { type: 'whereabouts', range: '10.4.0.0/24', exclude: ['10.4.0.1/32'], gateway: '10.4.0.1' }],
  ])('stay both, and the one made last is before the other in IPv4: %s', (_, ipam) => {
    const documents = [nad('net', { ...ipam, ...TO_ALL }), a('kube-system/net')];
    expect(goodPlan(...documents).pods[0]?.interfaces.map(({ name, routes }) => ({ name, routes }))).toEqual([
      { name: 'eth0', routes: [{ to: '0.0.0.0/0', via: '10.244.0.1' }] },
      { name: 'net1', routes: [{ to: '0.0.0.0/0', via: '10.4.0.1' }] },
    ]);
    expect(found(plan(...documents))).toEqual([
      expect.stringMatching(
        /^W423 .* network kube-system\/net: net1 brings one more route to 0\.0\.0\.0\/0: that by net1 \(10\.4\.0\.1\) holds, and that by eth0 \(10\.244\.0\.1\) where no neighbour answers for its gateway$/,
      ),
    ]);
  });

  it('share the flows in IPv6 where both have a gateway, else the earlier holds', () => {
    const six = (name: string, subnet: string, route: object) =>
      nad(name, { type: 'host-local', subnet, routes: [{ dst: 'fd09::/16', ...route }] });
    const documents = [six('one', 'fd01::/64', {}), six('two', 'fd02::/64', {})];
    expect(found(plan(...documents, a('kube-system/one,kube-system/two')))).toEqual([
      expect.stringMatching(
        /^W423 .* fd09::\/16: the kernel makes one route of net1 \(fd01::1\) and net2 \(fd02::1\), and each flow takes one of the two$/,
      ),
    ]);
  });

  it('of one interface by two gateways stay both as well', () => {
    const routes = ['10.4.0.1', '10.4.0.77'].map((gw) => ({ dst: '10.9.0.0/16', gw }));
    const made = plan(nad('net', { type: 'host-local', subnet: '10.4.0.0/24', routes }), a('kube-system/net'));
    expect(made.plan?.pods[0]?.interfaces[1]?.routes.map(({ via }) => via)).toEqual(['10.4.0.1', '10.4.0.77']);
    expect(found(made)).toEqual([expect.stringMatching(/^W423 .* that by net1 \(10\.4\.0\.77\) holds/)]);
  });
});

describe('a route that the kernel refuses', () => {
  const said = (...routes: object[]) =>
    found(
      plan(
        nad('net', { type: 'host-local', subnet: '10.4.0.0/24', ranges: [[{ subnet: 'fd04::/64' }]], routes }),
        a('kube-system/net'),
      ),
    );

  it.each([
    [
      'by a gateway elsewhere',
      [{ dst: '10.9.0.0/16', gw: '10.5.0.1' }],
      /network is unreachable: 10\.5\.0\.1 is in no/,
    ],
    ['the same in IPv6', [{ dst: 'fd09::/64', gw: 'fd05::1' }], /no route to host: fd05::1 is in no subnet of net1/],
    ['by a gateway of the other IP version', [{ dst: 'fd09::/64', gw: '10.4.0.1' }], /of the other IP version/],
    ['to an address with host bits', [{ dst: '10.9.0.1/16' }], /invalid argument: it has host bits/],
    ['twice', [{ dst: '10.9.0.0/16' }, { dst: '10.9.0.0/16' }], /file exists: it is written twice/],
    [
      'by a gateway of a route that is not of the link',
      [{ dst: '10.5.0.0/24' }, { dst: '10.9.0.0/16', gw: '10.5.0.1' }],
      /network is unreachable/,
    ],
  ])('%s', (_, routes, message) => {
    const [first = '', ...more] = said(...routes);
    expect(first).toMatch(/^E430 .* network kube-system\/net: failed to add route to /);
    expect(first).toMatch(message);
    expect(more).toEqual([]);
  });

  it('is none by a gateway in the link itself', () => {
    expect(said({ dst: 'fd09::/64', gw: 'fe80::1' }, { dst: '10.9.0.0/16', gw: '10.4.0.77' })).toEqual([]);
  });
});
