import { describe, expect, test } from 'vitest';
import { maps } from '../../dataplane/bpf/abi.generated.ts';
import { memoryFiles } from '../manifest/finding/memory-files.ts';
import { readManifests } from '../manifest/read-manifests.ts';
import { FIRST_POD_IFINDEX } from './wire/ifindexes.ts';
import { makePlan } from './make-plan.ts';
import { mapRoom } from './map-room.ts';

function planned(dataplane: string, replicas = 3) {
  const text = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [ { name: main, image: nginx } ] }
---
apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: rooms }
spec:
  dataplane: ${dataplane}
`;
  const { manifests, diagnostics } = readManifests(['p.yaml'], memoryFiles({ 'p.yaml': text }));
  const result = makePlan(manifests);
  return {
    plan: result.plan,
    diagnostics: [...diagnostics, ...result.diagnostics].filter(({ code }) => code[0] === 'E'),
  };
}

describe('the room of a map', () => {
  test('is the object’s own where nothing is written and few pods are planned', () => {
    const { plan } = planned('{}');
    const own = Object.fromEntries(Object.entries(maps).map(([name, { maxEntries }]) => [name, maxEntries]));
    // A NIC and its port, and no trace that they would go by.
    expect(mapRoom(plan!)).toEqual({ ...own, endpoints: 16384 + FIRST_POD_IFINDEX, wires: 2, moments: 1 });
  });

  test('is that of all traces together, each once', () => {
    const { plan } = planned('{}');
    const traced = (file: string, ...momentsMs: number[]) => ({ ...plan!.underlay, trace: { file, momentsMs } });
    const step = { index: 0, name: 's', position: null, kind: 'underlay' } as const;
    const timeline = [traced('b', 1), traced('a', 1, 2)].map((underlay) => ({ ...step, underlay }));
    expect(mapRoom({ ...plan!, underlay: traced('a', 1, 2), timeline }).moments).toBe(3);
  });

  test('is as written', () => {
    const { plan } = planned('{ maps: { conntrack: 128, policy: 1000 } }');
    expect(mapRoom(plan!)).toMatchObject({ conntrack: 128, policy: 1000, counters: maps.counters.maxEntries });
  });

  test('grows with the pods: no drop of theirs goes without a counter of its own', () => {
    const { plan } = planned('{}', 4000);
    const room = mapRoom(plan!);
    expect(room.drops).toBeGreaterThan(4000 * 2 * 12);
    expect(room.counters).toBeGreaterThanOrEqual(4000 * 2 + 2);
  });

  test('that the pods alone would overfill is refused, with the numbers', () => {
    const { plan, diagnostics } = planned('{ maps: { endpoints: 5, addresses: 100 } }');
    expect(plan).toBeNull();
    expect(diagnostics).toMatchObject([
      { code: 'E427', message: 'the map `endpoints` has room for 5 entries, and 3 pods need 6', span: { line: 15 } },
    ]);
  });

  test('must be a number, of a map that there is', () => {
    expect(planned('{ maps: { conntrack: 0 } }').diagnostics).toMatchObject([{ code: 'E205' }]);
    expect(planned('{ maps: { conntrak: 9 } }').diagnostics).toMatchObject([
      { code: 'E201', help: 'did you mean `conntrack`?' },
    ]);
  });
});
