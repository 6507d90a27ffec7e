import { describe, expect, it } from 'vitest';
import type { SpiderMultusConfigManifest } from '../../manifest/manifests.ts';
import { makeNetworkAttachmentDefinition } from './spider-multus-config.ts';
import { network, read } from '../testdata/planning.ts';

function manifest(yaml: string): SpiderMultusConfigManifest {
  return read(yaml).spiderMultusConfigs[0]!;
}

function withIpvlan(ipvlan: string, spec = ''): SpiderMultusConfigManifest {
  return manifest(`
apiVersion: spiderpool.spidernet.io/v2beta1
kind: SpiderMultusConfig
metadata: { name: conf, namespace: kube-system }
spec: { cniType: ipvlan, ipvlan: { ${ipvlan} } ${spec} }`);
}

function pluginsOf(made: ReturnType<typeof makeNetworkAttachmentDefinition>): Record<string, unknown>[] {
  if (!('config' in made)) throw new Error(made.message);
  return made.config?.['plugins'] as Record<string, unknown>[];
}

describe('the NetworkAttachmentDefinition of a SpiderMultusConfig', () => {
  it("is, letter by letter, the one in Spiderpool's document", () => {
    const made = makeNetworkAttachmentDefinition(manifest(network));
    expect(made).toMatchObject({ namespace: 'kube-system', name: 'ipvlan-conf' });
    // docs/usage/ipvlan_bandwidth.md, "Check the generated Network-Attachment-Definition CR"
    expect(JSON.stringify('config' in made ? made.config : null)).toBe(
      '{"cniVersion":"0.3.1","name":"spidernet-chainer","plugins":[{"type":"ipvlan","master":"ens192","ipam":{"type":"spiderpool","default_ipv4_ippool":["ens192-v4"]}},{"type":"cilium-cni"},{"txQueueLen":0,"tunePodRoutes":true,"mode":"auto","type":"coordinator"}]}',
    );
  });

  it('is named after the SpiderMultusConfig where no annotation says otherwise', () => {
    const made = makeNetworkAttachmentDefinition(withIpvlan('master: [eth0]'));
    expect(made).toMatchObject({ name: 'conf', config: { name: 'conf' } });
  });

  it('begins with ifacer where there is a VLAN to make, and the slave is on the VLAN', () => {
    const [ifacer, ipvlan] = pluginsOf(makeNetworkAttachmentDefinition(withIpvlan('master: [eth0], vlanID: 100')));
    expect(ifacer).toEqual({ vlanID: 100, type: 'ifacer', interfaces: ['eth0'] });
    expect(ipvlan).toMatchObject({ type: 'ipvlan', master: 'eth0.100' });
  });

  it('begins with ifacer where two masters make a bond', () => {
    const [ifacer, ipvlan] = pluginsOf(
      makeNetworkAttachmentDefinition(withIpvlan('master: [eth0, eth1], bond: { name: bond0, mode: 1 }, vlanID: 7')),
    );
    expect(ifacer).toEqual({
      vlanID: 7,
      type: 'ifacer',
      interfaces: ['eth0', 'eth1'],
      bond: { name: 'bond0', mode: 1 },
    });
    expect(ipvlan).toMatchObject({ master: 'bond0.7' });
  });

  it('has no coordinator where it is switched off, and no IPAM where that is', () => {
    const plugins = pluginsOf(
      makeNetworkAttachmentDefinition(withIpvlan('master: [eth0]', ', enableCoordinator: false, disableIPAM: true')),
    );
    expect(plugins).toEqual([{ type: 'ipvlan', master: 'eth0' }]);
  });

  it('hands over what the coordinator is told, and nothing of what only the cluster-wide one has', () => {
    const coordinator =
      ', coordinator: { vethMTU: 1400, podMACPrefix: "", hostRuleTable: 7, hijackCIDR: [10.1.0.0/16], podCIDRType: none, podRPFilter: 2 }';
    expect(pluginsOf(makeNetworkAttachmentDefinition(withIpvlan('master: [eth0]', coordinator))).at(-1)).toEqual({
      txQueueLen: 0,
      vethMTU: 1400,
      tunePodRoutes: true,
      mode: 'auto',
      type: 'coordinator',
      podRPFilter: 2,
      hijackCIDR: ['10.1.0.0/16'],
    });
  });

  it('of another cniType is not modelled', () => {
    const made = makeNetworkAttachmentDefinition(
      manifest(network.replace('cniType: ipvlan', 'cniType: macvlan').replace(/^ {2}ipvlan:.*$/m, '')),
    );
    expect(made).toMatchObject({ kind: 'not-modelled', message: 'cniType macvlan is not modelled' });
  });
});
