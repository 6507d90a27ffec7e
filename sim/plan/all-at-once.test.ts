/** Mistakes of reading and of planning come together, and nothing is said of what is missing because of another mistake. */
import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../manifest/finding/memory-files.ts';
import { readManifests } from '../manifest/read-manifests.ts';
import { makePlan } from './make-plan.ts';
import { deployment, network, onNetwork, pod, pool, scenario, seedPool } from './testdata/planning.ts';

function all(files: Readonly<Record<string, string>> | readonly string[], paths = ['lab']): string[] {
  const contents = 'length' in files ? { 'lab/all.yaml': (files as readonly string[]).join('\n---\n') } : files;
  const read = readManifests(paths, memoryFiles(contents));
  return [...read.diagnostics, ...makePlan(read.manifests).diagnostics].map(
    ({ code, message }) => `${code} ${message}`,
  );
}

const badPool = pool('bad', 'ipVersion: 4, subnet: 172.52.0.230/16, ips: [172.52.0.9]');
const badPoolSays = 'E401 unformatted subnet 172.52.0.230/16, please change it to 172.52.0.0/16';

describe('a mistake in the form of one object and one in the meaning of another', () => {
  test('are told in one go', () => {
    const found = all([network, badPool, seedPool, deployment('test', 2, onNetwork, 'hostnetwork: true')]);
    expect(found).toEqual(['E201 unknown field `hostnetwork` in Deployment.spec.template.spec', badPoolSays]);
  });
});

describe('a reference to an object that was written but not understood', () => {
  test.each([
    ['a network', [network.replace('master: [ens192]', 'masters: [ens192]'), seedPool, pod('a')], /`masters`|`master`/],
    ['a pool', [network, seedPool.replace('gateway', 'gatway'), pod('a')], /`gatway`/],
    [
      'a pool that would have been the default',
      [
        pool('p', 'subnet: 10.0.0.0/24, ips: [10.0.0.9], defaultt: true'),
        network.replace(/, ippools:.*\}/, ' }'),
        pod('a'),
      ],
      /`defaultt`/,
    ],
    [
      'a workload',
      [
        network,
        seedPool,
        deployment('test', 2, onNetwork, 'hostnetwork: true'),
        pod('a'),
        scenario(
          'timeline:\n  - traffic:\n      - { from: a, to: "test[1]", duration: 1s }\n    expect: ["a -> test[1]: drops == 0"]',
        ),
      ],
      /`hostnetwork`/,
    ],
    [
      'a namespace',
      [
        'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labelz: {} }',
        network,
        seedPool,
        pod('a').replace('name: a,', 'name: a, namespace: shop,'),
      ],
      /`labelz`/,
    ],
    [
      'a policy',
      [
        network,
        seedPool,
        pod('a'),
        'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny }\nspec: { podSelektor: {} }',
        scenario('timeline:\n  - delete: [default/deny]'),
      ],
      /`podSelektor`|`podSelector`/,
    ],
  ])('is no mistake: %s', (_, documents, says) => {
    const found = all(documents);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((line) => !says.test(line))).toEqual([]);
  });

  test('nor is any, where a text cannot be read at all', () => {
    const found = all({
      'lab/network.yaml': `${network}\n  : [`,
      'lab/pods.yaml': [deployment('test', 2), badPool].join('\n---\n'),
      'lab/scenario.yaml': scenario('timeline:\n  - wait: { pods: [web] }'),
    });
    expect(found.map((line) => line.slice(0, 4))).toEqual(expect.arrayContaining(['E106', 'E401']));
    expect(found.filter((line) => /^(E3|W3|E407)/.test(line))).toEqual([]);
  });
});

describe('a Scenario that does not fit its schema', () => {
  const files = {
    'lab/all.yaml': [network, badPool, seedPool, deployment('test', 2, onNetwork, 'nodeSelector: { disk: ssd }')].join(
      '\n---\n',
    ),
    'lab/deny.yaml':
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny }\nspec: { podSelector: {}, ingress: [{}], policyTypes: [Ingress, Egress] }',
    'lab/scenario.yaml': scenario('nodez: []\ntimeline:\n  - apply: [deny.yaml]'),
  };

  test('still brings its folder in', () => {
    expect(all(files, ['lab/scenario.yaml'])).toEqual([
      expect.stringMatching(/^E201 unknown field `nodez`/),
      badPoolSays,
    ]);
  });

  test('does not have its nodes, steps and applied files guessed', () => {
    expect(all(files)).toEqual([expect.stringMatching(/^E201 unknown field `nodez`/), badPoolSays]);
  });
});

test('an object that is there is still missed by nobody but a mistaken reference', () => {
  const found = all([network, seedPool, badPool, pod('a', onNetwork.replace('ipvlan-conf', 'ipvlan'))]);
  expect(found).toEqual([
    badPoolSays,
    'E301 cannot find a network-attachment-definition (ipvlan) in namespace (kube-system)',
  ]);
});
