import { describe, expect, it } from 'vitest';
import { found, plan, pod, pool } from '../testdata/planning.ts';
import { spiderMultusConfig, spiderObject } from './testdata/spider-objects.ts';

const p4 = pool('p4', 'subnet: 10.9.0.0/16, ips: [10.9.0.10-10.9.0.12], default: true');
const one = pod('one', 'a: b');

describe('what has no effect here is said, with what is lost', () => {
  it('of a SpiderCoordinator', () => {
    const coordinator = spiderObject(
      'SpiderCoordinator',
      'name: default',
      'podCIDRType: auto, hijackCIDR: [10.1.0.0/16]',
    );
    expect(found(plan(coordinator, p4, one))).toEqual([
      expect.stringMatching(/^W416 .* SpiderCoordinator default .* veth0 .* to Services, to 10\.1\.0\.0\/16/),
    ]);
  });

  it('of a SpiderCoordinator, by the names of its settings', () => {
    const coordinator = spiderObject(
      'SpiderCoordinator',
      'name: default',
      'podCIDRType: none, podRPFilter: 2, vethMTU: 1400',
    );
    expect(found(plan(coordinator, p4, one))).toEqual([
      expect.stringMatching(/^W416 .* are not made, and nothing comes of `podRPFilter`, `vethMTU`$/),
    ]);
  });

  it.each([
    ['', 'E430'],
    [', coordinator: { mode: disabled }', 'W416'],
    [', enableCoordinator: false', 'W416'],
  ])('podMACPrefix of a SpiderCoordinator is refused where a network has the coordinator%s', (rest, code) => {
    const coordinator = spiderObject('SpiderCoordinator', 'name: default', 'podCIDRType: none, podMACPrefix: "0a:1b"');
    const network = spiderMultusConfig('m', `cniType: ipvlan, ipvlan: { master: [eth0] }${rest}`);
    expect(found(plan(coordinator, network, p4, one))).toEqual([
      expect.stringMatching(new RegExp(`^${code} .*podMACPrefix`)),
    ]);
  });

  it.each([
    ['auto', 'E430'],
    ['disabled', 'W416'],
  ])('podMACPrefix of a SpiderCoordinator, where a network is written by hand: mode %s', (mode, code) => {
    const coordinator = spiderObject('SpiderCoordinator', 'name: default', 'podCIDRType: none, podMACPrefix: "0a:1b"');
    const plugins = [
      { type: 'ipvlan', master: 'eth0', ipam: { type: 'spiderpool' } },
      { type: 'coordinator', mode },
    ];
    const nad = `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: m, namespace: kube-system }
spec: { config: '${JSON.stringify({ cniVersion: '0.3.1', name: 'm', plugins })}' }`;
    expect(found(plan(coordinator, nad, p4, one))).toEqual([
      expect.stringMatching(new RegExp(`^${code} .*podMACPrefix`)),
    ]);
  });

  describe('SpiderSubnets, as the webhooks compare them', () => {
    const subnet = (name: string, cidr: string, ips: string) =>
      spiderObject('SpiderSubnet', `name: ${name}`, `subnet: ${cidr}, ips: [${ips}]`);
    const wide = subnet('s', '10.9.0.0/16', '10.9.0.10-10.9.0.20');
    const errors = (...documents: string[]) => found(plan(...documents)).filter((line) => line.startsWith('E'));

    it('may not overlap, be they equal', () => {
      const same = errors(wide, subnet('t', '10.9.0.0/16', '10.9.1.1'));
      expect(same).toEqual([
        expect.stringMatching(/^E402 .*SpiderSubnet t: overlap with Subnet s which 'spec\.subnet' is 10\.9\.0\.0\/16$/),
      ]);
      expect(errors(wide, subnet('t', '10.9.1.0/24', '10.9.1.1'))).toHaveLength(1);
      expect(errors(wide, subnet('t', '10.10.0.0/16', '10.10.1.1'))).toEqual([]);
      expect(errors(wide, subnet('t', 'fd00::/64', 'fd00::5'))).toEqual([]);
    });

    it('hold the addresses of pools of the same subnet, in either order', () => {
      expect(errors(wide, p4)).toEqual([]);
      const narrow = subnet('s', '10.9.0.0/16', '10.9.0.10-10.9.0.11');
      expect(errors(p4, narrow)).toEqual([
        expect.stringMatching(/^E429 .*SpiderIPPool 'p4' owns some IP addresses that SpiderSubnet 's' can't control$/),
      ]);
      expect(errors(narrow, p4)).toEqual([
        expect.stringMatching(
          /^E429 .*IPPool p4: add some IP ranges \[10\.9\.0\.12\] that are not contained in controller Subnet s$/,
        ),
      ]);
    });

    it('are compared with pools of another subnet that are there before', () => {
      const other = subnet('s', '10.9.0.0/24', '10.9.0.1-10.9.0.99');
      expect(errors(p4, other)).toEqual([
        expect.stringMatching(
          /^E402 .*SpiderSubnet s: overlap with SpiderIPPool 'p4' resource which 'spec\.subnet' is/,
        ),
      ]);
      expect(errors(other, p4)).toEqual([]);
    });
  });

  it('of a SpiderSubnet, and of the pools that would inherit from it', () => {
    const subnet = spiderObject(
      'SpiderSubnet',
      'name: s',
      'subnet: 10.9.0.0/16, ips: [10.9.0.10-10.9.0.99], gateway: 10.9.0.1',
    );
    expect(found(plan(subnet, p4, one))).toEqual([
      expect.stringMatching(/^W416 .* SpiderSubnet s .* and p4 does not inherit its gateway and routes$/),
    ]);
  });

  it('of SpiderEndpoints, once', () => {
    const endpoint = (name: string) => `
apiVersion: spiderpool.spidernet.io/v2beta1
kind: SpiderEndpoint
metadata: { name: ${name} }
status: { current: { uid: u, node: n, ips: [ { interface: eth0, ipv4: 10.9.0.12/16 } ] }, ownerControllerType: Pod, ownerControllerName: ${name} }`;
    expect(found(plan(endpoint('one'), endpoint('two'), p4, one))).toEqual([
      expect.stringMatching(/^W416 .* 2 SpiderEndpoints have no effect here/),
    ]);
  });

  it('of fields that Spiderpool has no more', () => {
    const old = [
      spiderMultusConfig(
        'm',
        'cniType: ipvlan, ipvlan: { master: [eth0], enableRdma: false }, coordinator: { detectGateway: true, detectIPConflict: true }',
      ),
      pool('old', 'subnet: 10.8.0.0/16, vlan: 0'),
    ];
    expect(found(plan(...old, p4, one))).toEqual([
      expect.stringMatching(/^W417 .*`enableRdma` of SpiderMultusConfig m is a field of Spiderpool 0.9 and older/),
      expect.stringMatching(/^W417 .*`detectGateway` of SpiderMultusConfig m/),
      expect.stringMatching(/^W417 .*`detectIPConflict` of SpiderMultusConfig m/),
      expect.stringMatching(/^W417 .*`vlan` of SpiderIPPool old/),
    ]);
  });
});

describe('what their webhooks refuse is refused', () => {
  it.each([
    ['SpiderCoordinator', 'mode: auto', /^E429 .* SpiderCoordinator x: PodCIDRType is not allowed to be empty/],
    ['SpiderCoordinator', 'podCIDRType: none, txQueueLen: -1', /^E429 .* txQueueLen can't be less than 0/],
    ['SpiderSubnet', 'subnet: 10.9.0.1/16', /^E401 /],
    ['SpiderSubnet', 'subnet: 10.9.0.0/16, ips: [10.8.0.1]', /^E404 /],
    ['SpiderIPPool', 'subnet: 10.8.0.0/16, podAffinity: {}', /^E429 .* empty podAffinity is invalid for SpiderIPPool/],
  ])('%s with { %s }', (kind, spec, words) => {
    expect(found(plan(spiderObject(kind, 'name: x', spec), p4, one))).toEqual([expect.stringMatching(words)]);
  });
});
