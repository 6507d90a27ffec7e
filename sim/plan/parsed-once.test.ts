/** The nodes of a right file are made once, whatever is read and planned of it: positions are for what is said. */
import { beforeEach, expect, test, vi } from 'vitest';
import { memoryFiles } from '../manifest/finding/memory-files.ts';
import { readManifests } from '../manifest/read-manifests.ts';
import { parseJsonValue } from '../manifest/yaml/json.ts';
import { parseDocument } from '../manifest/yaml/parser.ts';
import { makePlan } from './make-plan.ts';
import { deployment, network, onNetwork, pod, pool } from './testdata/planning.ts';

vi.mock(import('../manifest/yaml/parser.ts'), async (original) => {
  const real = await original();
  return { ...real, parseDocument: vi.fn(real.parseDocument) };
});
vi.mock(import('../manifest/yaml/json.ts'), async (original) => {
  const real = await original();
  return { ...real, parseJsonValue: vi.fn(real.parseJsonValue) };
});

beforeEach(() => void vi.clearAllMocks());

const limited = `${onNetwork}, kubernetes.io/egress-bandwidth: 10M, example.com/owner: a`;
const many = (one: (i: number) => string) => Array.from({ length: 20 }, (_, i) => one(i));
const DOCUMENTS = [
  network,
  pool('ens192-v4', 'ipVersion: 4, ips: [172.51.1.0-172.51.1.99], subnet: 172.51.0.0/16'),
  ...many((i) => pod(`p${i}`, limited)),
  ...many((i) => deployment(`d${i}`, 1, limited)),
  ...many((i) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: n${i}, labels: { team: a } }`),
  ...many(
    (i) =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: l${i} }\n` +
      'spec: { podSelector: {}, policyTypes: [ Ingress, Egress ], ingress: [ {} ], egress: [ { to: [ { ipBlock: { cidr: 10.0.0.0/8 } } ] }, {} ] }',
  ),
  ...many((i) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c${i}, labels: { app: c } }\ndata: { a: b }`),
  ...many((i) => `apiVersion: v1\nkind: Service\nmetadata: { name: s${i} }\nspec: { ports: [ { port: 80 } ] }`),
];

/** The codes of what is said. */
function planned(name: string, text: string): string[] {
  const { manifests, diagnostics } = readManifests([name], memoryFiles({ [name]: text }));
  const plan = makePlan(manifests);
  return [...diagnostics, ...plan.diagnostics].map(({ code }) => code);
}

test('of a stream each document, and that of a word once more', () => {
  const said = planned('a.yaml', DOCUMENTS.join('\n---\n'));
  expect([...new Set(said)].sort()).toEqual(['W301', 'W303']);
  expect(vi.mocked(parseDocument)).toHaveBeenCalledTimes(DOCUMENTS.length);
  const wrong = planned(
    'a.yaml',
    [...DOCUMENTS, pod('last', 'v1.multus-cni.io/default-network: nowhere')].join('\n---\n'),
  );
  expect(wrong).toContain('E301');
  expect(vi.mocked(parseDocument)).toHaveBeenCalledTimes(2 * DOCUMENTS.length + 2);
});

test('of JSON its list, and of each policy, whose plan has positions, those of its item', () => {
  const item = (i: number) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `l${i}` },
    spec: { podSelector: {}, ingress: [{}] },
  });
  const client = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'client' },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  };
  const items = [client, ...Array.from({ length: 20 }, (_, i) => item(i))];
  planned('a.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  // And that nothing follows it.
  expect(vi.mocked(parseJsonValue)).toHaveBeenCalledTimes(2 + 20);
});
