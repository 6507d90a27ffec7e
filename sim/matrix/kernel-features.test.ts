import { describe, expect, test } from 'vitest';
import type { Plan } from '../plan/plan.ts';
import { differencesOn, KERNEL_FEATURES, skipReason, tooOldFor } from './kernel-features.ts';
import { isOlder } from './kernel-release.ts';

const plan = (parts: Partial<Plan> = {}): Plan => ({
  schema: 'ipvlane.plan/v1',
  scenario: { name: 's', description: null, file: null },
  engine: 'ipvlane',
  underlay: { rateBps: null, delayNs: 0, mtu: 1500 },
  nodes: [],
  hosts: [],
  namespaces: [],
  pods: [],
  policies: [],
  timeline: [],
  ...parts,
});

describe('what a kernel is too old for', () => {
  test('is nothing on the oldest release of the catalog, whatever it does without', () => {
    expect(tooOldFor(plan(), '5.10.0-46-cloud-amd64')).toEqual([]);
  });

  test('is told with the release that brought it', () => {
    expect(skipReason(tooOldFor(plan(), '5.7.19'))).toBe('needs fq’s horizon (Linux 5.8)');
    expect(tooOldFor(plan(), '4.19.300').map(({ name }) => name)).toContain('bpf_spin_lock');
  });

  test('depends on the scenario', () => {
    const names = (engine: Plan['engine']) => tooOldFor(plan({ engine }), '4.18.0').map(({ name }) => name);
    expect(names('cake')).toContain('CAKE');
    expect(names('ipvlane')).not.toContain('CAKE');
  });
});

describe('what a scenario means otherwise on an older kernel', () => {
  const lossy = { rateBps: null, delayNs: 0, mtu: 1500, lossPct: 1 };
  const unseeded =
    'lacks netem’s seed (Linux 6.6): the wire loses, doubles, delays and reorders other packets in each run';

  test('is told of an impaired wire before 6.6, whenever it becomes so', () => {
    expect(differencesOn(plan({ underlay: lossy }), '6.1.176')).toEqual([unseeded]);
    const step = { kind: 'underlay', index: 0, name: 'worse', position: null, underlay: lossy } as const;
    expect(differencesOn(plan({ timeline: [step] }), '6.1.176')).toEqual([unseeded]);
    expect(differencesOn(plan({ underlay: lossy }), '6.6.1')).toEqual([]);
  });

  test('is nothing of what is only told: 5.10 has one difference, not two', () => {
    expect(differencesOn(plan(), '5.10.0-46-cloud-amd64')).toEqual([
      expect.stringMatching(/^lacks bpf_skb_set_tstamp \(Linux 5\.18\): /),
    ]);
  });

  test('is nothing of a wire that only has a rate', () => {
    expect(differencesOn(plan(), '6.1.176')).toEqual([]);
  });
});

test('features are in the order of their releases', () => {
  const releases = KERNEL_FEATURES.map(({ since }) => since);
  expect(releases.filter((since, at) => isOlder(since, releases[at - 1] ?? since))).toEqual([]);
});

test('what is no release is refused', () => {
  expect(() => tooOldFor(plan(), 'linux')).toThrow('linux is no kernel release');
});
