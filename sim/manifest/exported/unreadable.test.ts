import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../finding/memory-files.ts';
import { readManifests } from '../read-manifests.ts';
import { originOf, podStatusOf } from './cluster-fields.ts';

function said(object: object) {
  const text = JSON.stringify(object);
  const { manifests, diagnostics } = readManifests(['a.json'], memoryFiles({ 'a.json': text }));
  const words = diagnostics.map(({ code, message, span }) => {
    return `${code} ${message} <${text.slice(span?.offset ?? 0, (span?.offset ?? 0) + (span?.length ?? 0))}>`;
  });
  return { pod: manifests.pods[0], node: manifests.nodes[0], words };
}

const pod = (status: unknown, metadata: object = { uid: 'u' }) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', ...metadata },
  spec: { containers: [{ name: 'c', image: 'i' }] },
  status,
});

describe('a status that cannot be read counts as not written, and that is said', () => {
  test.each([
    [
      'podIP',
      'W450 `status.podIP` cannot be read, and counts as not written: `10.0.0.300` is no IP address <"10.0.0.300">',
    ],
    [
      'hostIP',
      'W450 `status.hostIP` cannot be read, and counts as not written: `10.0.0.300` is no IP address <"10.0.0.300">',
    ],
  ])('%s', (field, words) => {
    expect(said(pod({ phase: 'Running', [field]: '10.0.0.300' })).words).toEqual([words]);
  });

  test.each([
    ['podIPs', [{ ip: 'fe80::1%eth0' }], /`status\.podIPs\[0\]\.ip` .* `fe80::1%eth0` is no IP address/],
    ['podIP', 'nowhere', /`status\.podIP` /],
    ['conditions', [{ type: 'PodScheduled' }], /`status\.conditions\[0\]\.status` /],
  ])('%s: %j', (field, value, words) => {
    const { pod: read, words: all } = said(pod({ podIP: '10.0.0.9', [field]: value }));
    expect(all).toEqual([expect.stringMatching(words)]);
    expect(read?.status?.addresses ?? []).toEqual(field === 'podIP' ? [] : ['10.0.0.9']);
  });

  test.each([
    ['127.0.0.1', 'a loopback address'],
    ['169.254.1.1', 'an address of one link alone'],
    ['224.0.0.1', 'an address of a group'],
    ['0.0.0.0', 'an address of nobody'],
    ['255.255.255.255', 'a reserved address'],
    ['::1', 'a loopback address'],
    ['::', 'an address of nobody'],
    ['fe80::1', 'an address of one link alone'],
    ['ff02::1', 'an address of a group'],
    ['::ffff:127.0.0.1', 'a loopback address'],
  ])('%s is %s', (address, what) => {
    for (const field of ['podIP', 'hostIP']) {
      expect(said(pod({ phase: 'Running', [field]: address })).words).toEqual([
        `W450 \`status.${field}\` cannot be read, and counts as not written: \`${address}\` is ${what}, and no address by which others reach it <"${address}">`,
      ]);
    }
  });

  test('an empty one is none', () => {
    expect(said(pod({}))).toMatchObject({ words: [], pod: { status: null } });
    expect(said(pod({ podIP: '' }))).toMatchObject({ words: [], pod: { status: null } });
  });

  test('an address without a phase is one', () => {
    expect(said(pod({ podIP: '10.0.0.9' }))).toMatchObject({ words: [], pod: { status: { phase: 'Running' } } });
  });

  test('of a Node, where it is about the network of the cluster', () => {
    const node = (addresses: object[]) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n' },
      status: { addresses },
    });
    expect(said(node([{ type: 'InternalIP', address: 'nowhere' }])).words).toEqual([
      expect.stringMatching(/^W450 `status\.addresses\[0\]\.address` .*`nowhere` is no IP address/),
    ]);
    expect(said(node([{ type: 'Hostname', address: 'n' }])).words).toEqual([]);
  });
});

describe('what the decoder of the API server takes for no object is refused', () => {
  test.each([
    ['podIPs', ['10.0.0.1'], 'Pod.status.podIPs[0] must be a mapping'],
    ['hostIPs', '10.0.0.1', 'Pod.status.hostIPs must be a list'],
    ['podIP', 5, 'Pod.status.podIP must be text'],
    ['phase', true, 'Pod.status.phase must be text'],
    ['conditions', [{ type: 'Ready', status: true }], 'Pod.status.conditions[0].status must be text'],
  ])('%s: %j', (field, value, words) => {
    expect(said(pod({ podIP: '10.0.0.9', [field]: value })).words).toEqual([expect.stringContaining(`E202 ${words}`)]);
  });

  test.each([
    ['a status', pod('Running'), 'Pod.status must be a mapping'],
    ['an id', pod({}, { uid: 7 }), 'Pod.metadata.uid must be text'],
    ['a time', pod({}, { deletionTimestamp: 7 }), 'Pod.metadata.deletionTimestamp must be text'],
    ['owners', pod({}, { ownerReferences: {} }), 'Pod.metadata.ownerReferences must be a list'],
    [
      'of another kind',
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' }, status: { phase: 1 } },
      'Namespace.status.phase must be text',
    ],
    [
      'a spec of no packet',
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' }, spec: { finalizers: 'kubernetes' } },
      'Namespace.spec.finalizers must be a list',
    ],
  ])('%s', (_, object, words) => {
    expect(said(object).words).toEqual([expect.stringContaining(`E202 ${words}`)]);
  });
});

describe('owners, as the API server validates them', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u' };
  const owned = (...ownerReferences: object[]) => said(pod(undefined, { ownerReferences })).words;

  test.each(['apiVersion', 'kind', 'name', 'uid'])('%s must be there, and not empty', (field) => {
    const without = Object.fromEntries(Object.entries(owner).filter(([name]) => name !== field));
    const refused: unknown = expect.stringContaining(`E460 metadata.ownerReferences[0].${field}: must not be empty`);
    expect(owned(without)).toEqual([refused]);
    expect(owned({ ...owner, [field]: '' })).toEqual([refused]);
  });

  test('two controllers, an Event, an apiVersion of three parts', () => {
    expect(owned({ ...owner, controller: true })).toEqual([]);
    expect(owned({ ...owner, controller: true }, { ...owner, controller: true })).toEqual([
      expect.stringMatching(/^E460 metadata\.ownerReferences: only one reference can have `controller`/),
    ]);
    expect(owned({ ...owner, apiVersion: 'v1', kind: 'Event' })).toEqual([expect.stringMatching(/^E460 .*disallowed/)]);
    expect(owned({ ...owner, apiVersion: 'a/b/c' })).toEqual([expect.stringMatching(/^E460 .*<group>\/<version>/)]);
  });

  test('of an exported object are warned of, and read as far as they go', () => {
    const ownerReferences = [{ kind: 'ReplicaSet', name: 'web-1', controller: true }];
    const { words, pod: read } = said(pod({ phase: 'Running' }, { ownerReferences }));
    expect(words).toEqual([
      expect.stringMatching(/^W450 `metadata\.ownerReferences\[0\]\.apiVersion` /),
      expect.stringMatching(/^W450 `metadata\.ownerReferences\[0\]\.uid` /),
    ]);
    expect(read?.origin.controller).toEqual({ kind: 'ReplicaSet', name: 'web-1', uid: null });
  });

  test('of every kind', () => {
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'p', ownerReferences: [{ kind: 'A', name: 'b', uid: 'c' }] },
      spec: {},
    };
    expect(said(policy).words).toEqual([expect.stringMatching(/^E460 /)]);
  });
});

test('objects that no cluster has had share what is said of that', () => {
  const [one, other] = ['a', 'b'].map((name) => originOf({ name, labels: { app: name } }));
  expect(one).toEqual({ uid: null, controller: null, terminating: false });
  expect(one).toBe(other);
  expect(originOf({ name: 'a', uid: 'u' }).uid).toBe('u');
  expect(podStatusOf({ newField: 1 })).toBeNull();
});
