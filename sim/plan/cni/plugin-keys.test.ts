import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { parseNetworks, selectionKeys } from '../network/multus.ts';
import { readChain } from '../network/chain.ts';
import { keyRemarks, pluginRemarks } from './chain-remarks.ts';
import {
  bondKeys,
  hostLocalRangeKeys,
  ipamKeys,
  listKeys,
  pluginKeys,
  policyRouteKeys,
  staticAddressKeys,
  staticRouteKeys,
  whereaboutsRangeKeys,
  type Keys,
} from './plugin-keys.ts';
import { found, plan, pod } from '../testdata/planning.ts';

/** Structs of the published lists, each with its keys. */
function published(file: string): Map<string, string[]> {
  const structs = new Map<string, string[]>();
  const text = readFileSync(new URL(`../../manifest/fields/published/${file}`, import.meta.url), 'utf8');
  for (const line of text.trim().split('\n')) {
    const [, struct = '', key = ''] = /^([^.]+)\.(.+)$/.exec(line) ?? [];
    structs.set(struct, [...(structs.get(struct) ?? []), key]);
  }
  return structs;
}

/** Of objects inside of an IPAM: the table, and the IPAM that they are written into, with more keys of theirs. */
const INNER: Readonly<Record<string, { keys: Keys; ipam: (more: object) => object }>> = {
  'static-route': {
    keys: staticRouteKeys,
    ipam: (more) => ({ ...STATIC, routes: [{ dst: '10.3.0.0/16', ...more }] }),
  },
  'host-local-range': {
    keys: hostLocalRangeKeys,
    ipam: (more) => ({ type: 'host-local', ranges: [[{ subnet: '10.9.0.0/16', ...more }]] }),
  },
  'whereabouts-range': {
    keys: whereaboutsRangeKeys,
    ipam: (more) => ({ type: 'whereabouts', ipRanges: [{ range: '10.9.0.0/16', ...more }] }),
  },
  'whereabouts-address': {
    keys: staticAddressKeys,
    ipam: (more) => ({ type: 'whereabouts', addresses: [{ address: '10.9.0.9/16', ...more }] }),
  },
};
const STATIC = { type: 'static', addresses: [{ address: '10.9.0.5/16' }] };
/** What an IPAM needs beside its type. */
const IPAMS: Readonly<Record<string, object>> = {
  spiderpool: {},
  static: STATIC,
  'host-local': { subnet: '10.9.0.0/16' },
  whereabouts: { range: '10.9.0.0/16' },
};

function tableOf(struct: string): Keys | undefined {
  if (INNER[struct] !== undefined) return INNER[struct].keys;
  if (struct === 'list') return listKeys;
  return struct.startsWith('ipam-') ? ipamKeys[struct.slice('ipam-'.length)] : pluginKeys[struct];
}

/** Decided, though no struct of the plugin itself has them. */
const UNPUBLISHED: Readonly<Record<string, readonly string[]>> = {
  // Of Spiderpool 0.9.
  coordinator: ['detectGateway', 'detectIPConflict'],
  // A field without a tag.
  'ipam-static': ['name'],
  'ipam-host-local': ['name'],
  'whereabouts-address': ['version'],
  // Fields without a tag, and of older releases: the decoder takes them and nothing reads them.
  'ipam-whereabouts': [
    ...['name', 'datastore', 'etcd_host', 'etcd_username', 'etcd_password'],
    ...['etcd_key_file', 'etcd_cert_file', 'etcd_ca_cert_file'],
  ],
};
/** What the runtime adds to every configuration, whatever version of the CNI library the plugin is built with. */
const OF_THE_RUNTIME: readonly string[] = ['runtimeConfig', 'args', 'cni.dev/valid-attachments'];

const lines: string[] = [];
afterAll(() => {
  process.stdout.write(`${lines.join('\n')}\n`);
});

const PUBLISHED = [
  ...['cni-1.3.0.txt', 'cni-plugins-1.9.1.txt', 'spiderpool-plugins-1.2.2.txt', 'cilium-cni-1.12.txt'],
  'whereabouts-0.9.4.txt',
];

/** A value of each key of which something comes, on the chain of `chainWith`. */
const VALUES: Readonly<Record<string, unknown>> = {
  'list.cniVersion': '1.1.0',
  'list.cniVersions': ['1.1.0'],
  'list.name': 'spidernet-chainer',
  'list.plugins': [],
  'ipvlan.cniVersion': '1.1.0',
  'ipvlan.type': 'macvlan',
  'ipvlan.ipam': { type: 'static', addresses: [{ address: '10.9.0.5/16' }] },
  'ipvlan.master': 'eth7',
  'ipvlan.mode': 'l3',
  'ipvlan.mtu': 1400,
  'ipvlan.linkInContainer': true,
  'cilium-cni.type': 'vrf',
  'ifacer.interfaces': [],
  'ifacer.vlanID': 7,
  'ifacer.bond': { name: 'bond0', mode: 1 },
  'coordinator.mode': 'disabled',
  'coordinator.podMACPrefix': '0a:1b',
  'coordinator.tunePodRoutes': false,
  'coordinator.vethLinkAddress': '169.254.100.1',
  'coordinator.vethMTU': 1400,
  'coordinator.policyRoutes': [{ dst: '10.2.0.0/16', gw: '10.9.0.1' }],
  'coordinator.podDefaultRouteNic': 'net1',
  'coordinator.podRPFilter': 1,
  'tuning.mac': '02:00:00:00:00:05',
  'ipam-spiderpool.type': 'dhcp',
  'ipam-spiderpool.clean_gateway': true,
  'ipam-static.type': 'dhcp',
  'ipam-static.addresses': [{ address: '10.9.0.7/16' }],
  'ipam-static.routes': [{ dst: '0.0.0.0/0' }],
  'ipam-host-local.type': 'dhcp',
  'ipam-host-local.ranges': [[{ subnet: '10.8.0.0/16' }]],
  'ipam-host-local.subnet': '10.8.0.0/16',
  'ipam-host-local.rangeStart': '10.9.0.7',
  'ipam-host-local.rangeEnd': '10.9.0.7',
  'ipam-host-local.gateway': '10.9.0.7',
  'ipam-host-local.dataDir': '/run/hl',
  'ipam-host-local.routes': [{ dst: '0.0.0.0/0' }],
  'host-local-range.subnet': '10.8.0.0/16',
  'host-local-range.rangeStart': '10.9.0.7',
  'host-local-range.rangeEnd': '10.9.0.7',
  'host-local-range.gateway': '10.9.0.7',
  'ipam-whereabouts.type': 'dhcp',
  'ipam-whereabouts.range': '10.8.0.0/16',
  'ipam-whereabouts.range_start': '10.9.0.7',
  'ipam-whereabouts.range_end': '10.9.0.7',
  'ipam-whereabouts.exclude': ['10.9.0.1'],
  'ipam-whereabouts.ipRanges': [{ range: '10.8.0.0/16' }],
  'ipam-whereabouts.gateway': '10.9.0.7',
  'ipam-whereabouts.addresses': [{ address: '10.8.0.7/16' }],
  'ipam-whereabouts.routes': [{ dst: '0.0.0.0/0' }],
  'ipam-whereabouts.enable_overlapping_ranges': false,
  'ipam-whereabouts.network_name': 'blue',
  'ipam-whereabouts.node_slice_size': '/26',
  'whereabouts-range.range': '10.8.0.0/16',
  'whereabouts-range.range_start': '10.9.0.7',
  'whereabouts-range.range_end': '10.9.0.7',
  'whereabouts-range.exclude': ['10.9.0.1'],
  'whereabouts-address.address': '10.8.0.7/16',
  'whereabouts-address.gateway': '10.9.0.1',
  'static-route.dst': '10.4.0.0/16',
  'static-route.gw': '10.9.0.2',
};

function valueOf(struct: string, key: string): unknown {
  if (key === 'capabilities') return { ips: true };
  if (key === 'type') return VALUES[`${struct}.${key}`] ?? 'vrf';
  if (/CIDR$/.test(key)) return ['10.1.0.0/16'];
  if (/_ippool$/.test(key)) return ['p'];
  return VALUES[`${struct}.${key}`] ?? 1000;
}

/** A chain in which the struct is, with more keys in it. */
function chainWith(struct: string, more: object): ReturnType<typeof readChain> {
  const type = /^ipam-(.*)$/.exec(struct)?.[1] ?? 'spiderpool';
  const ofIpam = struct.startsWith('ipam-') ? more : {};
  const ipvlan = { type: 'ipvlan', ipam: INNER[struct]?.ipam(more) ?? { type, ...IPAMS[type], ...ofIpam } };
  if (struct === 'ipvlan') return readChain({ cniVersion: '0.3.1', name: 'n', ...ipvlan, ...more });
  const own = { type: struct, ...(struct === 'ifacer' ? { interfaces: ['eth0'] } : {}), ...more };
  const plugins = pluginKeys[struct] === undefined ? [ipvlan] : [ipvlan, own];
  const name = struct === 'cilium-cni' ? 'spidernet-chainer' : 'n';
  return readChain({
    cniVersion: '0.3.1',
    name,
    plugins: [...plugins, { type: 'cilium-cni' }],
    ...(struct === 'list' ? more : {}),
  });
}

/** What comes of it, remarks aside. */
function outcome(chain: ReturnType<typeof readChain>): unknown {
  return { ...chain, remarks: [] };
}

it.each([
  [
    'the bond',
    { type: 'ifacer', interfaces: ['eth0'], bond: { name: 'b', mode: 1, Options: 'x=1', what: 1 } },
    bondKeys,
  ],
  ['a route of coordinator', { type: 'coordinator', policyRoutes: [{ DST: '10.2.0.0/16', what: 1 }] }, policyRouteKeys],
])('keys inside: %s', (what, plugin, keys) => {
  const messages = pluginRemarks([plugin]).map(({ message }) => message);
  expect(messages).toHaveLength(2);
  expect(messages).toContainEqual(expect.stringContaining(`\`what\` of ${what} is not known`));
  expect(Object.keys(keys)).not.toContain('what');
});

it('keys inside: an address of static IPAM', () => {
  const chain = chainWith('ipam-static', { addresses: [{ Address: '10.9.0.8/16', GATEWAY: '10.9.0.1', what: 1 }] });
  expect(chain).toMatchObject({ ipam: { addresses: [{ address: '10.9.0.8/16', gateway: '10.9.0.1' }] } });
  const remarks = 'remarks' in chain ? chain.remarks : [];
  expect(remarks.map(({ message }) => message)).toEqual([
    expect.stringContaining('`what` of an address of static IPAM is not known'),
  ]);
  expect(Object.keys(staticAddressKeys)).not.toContain('what');
});

it('a key that a list does not have', () => {
  const chain = chainWith('list', { disablecheck: true });
  expect('remarks' in chain ? chain.remarks.map(({ message, help }) => `${message}: ${help}`) : []).toEqual([
    expect.stringMatching(/^`disablecheck` of the list of plugins is not known.*did you mean `disableCheck`/),
  ]);
});

describe.each(PUBLISHED)('%s', (file) => {
  const structs = [...published(file)];
  const decided = structs.flatMap(([struct, keys]) =>
    keys.map((key) => {
      const table = tableOf(struct) ?? {};
      return { struct, key, is: Object.hasOwn(table, key) ? table[key] : undefined };
    }),
  );
  const count = (name: string) => decided.filter(({ is }) => is === name).length;
  const lost = decided.filter(({ is }) => typeof is === 'object');
  const told = decided.filter(({ is }) => is === 'told');
  lines.push(
    `${file}: ${decided.length} keys of ${structs.length} configurations: ${count('modelled')} modelled, ${count('no packet')} no packet, 0 refused, ${lost.length + told.length} warned`,
  );

  it('every key has a decision', () => {
    expect(decided.flatMap(({ struct, key, is }) => (is === undefined ? [`${struct}.${key}`] : []))).toEqual([]);
  });

  it('no decision is about a key that is not published', () => {
    const stale = structs.flatMap(([struct, keys]) => {
      const known = [...keys, ...OF_THE_RUNTIME, ...(UNPUBLISHED[struct] ?? [])];
      return Object.keys(tableOf(struct) ?? {}).flatMap((key) => (known.includes(key) ? [] : [`${struct}.${key}`]));
    });
    expect(stale).toEqual([]);
  });

  it('what is modelled is read: another value makes another chain, or none', () => {
    const idle = decided.filter(({ struct, key, is }) => {
      if (is !== 'modelled') return false;
      const with_ = outcome(chainWith(struct, { [key]: valueOf(struct, key) }));
      return isDeepStrictEqual(with_, outcome(chainWith(struct, {})));
    });
    expect(idle.map(({ struct, key }) => `${struct}.${key}`)).toEqual([]);
  });

  it('what is told is told by its name, and nothing else comes of it', () => {
    for (const { struct, key } of told) {
      const chain = chainWith(struct, { [key]: valueOf(struct, key) });
      expect(outcome(chain)).toEqual(outcome(chainWith(struct, {})));
      const words = 'remarks' in chain ? chain.remarks.map(({ message, help }) => `${message}: ${help}`) : [];
      expect(words).toEqual([expect.stringContaining(`\`${key}\``)]);
    }
  });

  it('what is warned of is so by its name, where it says something', () => {
    for (const { struct, key } of lost) {
      const messages = keyRemarks(struct, { [key]: 'x' }, tableOf(struct) ?? {}).map(({ message }) => message);
      expect(messages).toEqual([expect.stringContaining(`\`${key}\` of ${struct} has no effect here`)]);
    }
  });
});

describe('network-selection-4.3.0.txt', () => {
  const modelled = ['name', 'namespace', 'interface', 'interfaceRequest', 'ips', 'default-route'];
  const values: Readonly<Record<string, unknown>> = {
    mac: '02:00:00:00:00:05',
    ips: ['10.9.0.5/16'],
    'default-route': ['10.9.0.1'],
    bandwidth: { egressRate: 1000 },
    portMappings: [{ hostPort: 80, containerPort: 80 }],
    'cni-args': { a: 'b' },
  };
  const keys = published('network-selection-4.3.0.txt').get('NetworkSelectionElement') ?? [];
  const warned = keys.filter((key) => !modelled.includes(key));
  lines.push(
    `network-selection-4.3.0.txt: ${keys.length} keys of 1 element: ${keys.length - warned.length} modelled, 0 no packet, 0 refused, ${warned.length} warned`,
  );

  it('has every key that is known', () => {
    expect([...selectionKeys, ...modelled].filter((key) => !keys.includes(key))).toEqual([]);
  });

  it.each(modelled)('%s is heeded', (key) => {
    const [selection] = parseNetworks(JSON.stringify([{ name: 'b', [key]: values[key] ?? 'a' }]), 'default');
    expect(selection).toMatchObject({ others: {} });
    const plain = parseNetworks('[{"name":"b"}]', 'default');
    expect(selection).not.toEqual(plain[0]);
  });

  it.each(warned)('%s is warned of by its name', (key) => {
    const networks = JSON.stringify([{ name: 'a', [key]: values[key] ?? 'x' }]);
    const config = {
      cniVersion: '1.0.0',
      name: 'a',
      type: 'ipvlan',
      master: 'eth0',
      ipam: { type: 'static', addresses: [{ address: '10.9.0.5/16' }] },
    };
    const network = `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: a }
spec: { config: '${JSON.stringify(config)}' }`;
    const said = found(plan(network, pod('one', `k8s.v1.cni.cncf.io/networks: '${networks}'`)));
    expect(said.filter((words) => words.startsWith('W419'))).toEqual([
      expect.stringContaining(`\`${key}\` has no effect on default/a`),
    ]);
  });
});
