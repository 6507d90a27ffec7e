import { expect, it } from 'vitest';
import type { NetworkPolicy } from '../../dataplane/policy/network-policy.ts';
import { describe } from 'vitest';
import type { ClusterChange } from '../../sim/plan/cluster/cluster.ts';
import { partyName, type PodPlan, type ProbePlan } from '../../sim/plan/plan.ts';
import { addressOf, flowOf, party, planOf, podOf } from './plans.ts';
import { cannotRun, runInUml } from './run-in-uml.ts';

const [A, B, C] = [podOf(1, 'a', 'n1'), podOf(2, 'b', 'n2'), podOf(3, 'c', 'n1')] as const;

/** `a` is reached from pods with `door: open` in namespaces with `team: red`, and by nobody else. */
const ONLY_THROUGH_THE_DOOR: NetworkPolicy = {
  namespace: 'default',
  name: 'door',
  position: null,
  policyTypes: ['ingress'],
  egress: [],
  podSelector: { matchLabels: { app: 'a' }, matchExpressions: [] },
  ingress: [
    {
      index: 0,
      position: null,
      ports: [],
      peers: [
        {
          kind: 'pods',
          podSelector: { matchLabels: { door: 'open' }, matchExpressions: [] },
          namespaceSelector: { matchLabels: { team: 'red' }, matchExpressions: [] },
        },
      ],
    },
  ],
};

function tcp(probeId: number, from: PodPlan, to: PodPlan): ProbePlan {
  const addresses = { fromAddress: addressOf(from), toAddress: addressOf(to) };
  return { probeId, from: party(from), to: party(to), ...addresses, protocol: 'TCP', port: 80, expect: 'predicted' };
}

const probe = (...probes: ProbePlan[]) => ({ kind: 'probe', probes, timeoutNs: 400e6 }) as const;
const red = (team: string): ClusterChange => ({ setNamespaces: [{ name: 'default', labels: { team } }] });
const labels = (pod: PodPlan, door: string): ClusterChange => ({
  labelPods: [{ namespace: pod.namespace, name: pod.name, labels: { ...pod.labels, door } }],
});

describe.skipIf(cannotRun)('a living cluster', () => {
  it('follows policies, labels of pods and namespaces, and pods that come and go, wire and oracle alike', async () => {
    const again = { ...B, labels: { app: 'b', door: 'open' }, node: 'n1' };
    const run = await runInUml(
      planOf({
        pods: [A, B],
        steps: [
          probe(tcp(1, B, A)),
          { kind: 'apply', change: { applyPolicies: [ONLY_THROUGH_THE_DOOR] } },
          probe(tcp(2, B, A)),
          { kind: 'label', change: labels(B, 'open') },
          probe(tcp(3, B, A)),
          { kind: 'label', change: red('red') },
          probe(tcp(4, B, A)),
          { kind: 'label', change: red('blue') },
          probe(tcp(5, B, A)),
          { kind: 'scale', change: { createPods: [C] } },
          probe(tcp(6, C, B), tcp(7, C, A)),
          { kind: 'delete', change: { deletePods: [B], ...red('red') } },
          { kind: 'apply', change: { createPods: [again] } },
          probe(tcp(8, again, A), tcp(9, C, again)),
          { kind: 'delete', change: { deletePolicies: [ONLY_THROUGH_THE_DOOR] } },
          probe(tcp(10, C, A)),
        ],
      }),
    );
    const said = run.of('probe').map(({ probeId, predicted, measured }) => [probeId, predicted, measured]);
    expect(said.sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(
      [true, false, false, true, false, true, false, true, true, true].map((passes, index) => {
        const verdict = passes ? 'allowed' : 'denied';
        return [index + 1, verdict, verdict];
      }),
    );
    expect(run.of('step').filter(({ state }) => state === 'failed')).toEqual([]);
    const ofB = run.of('pod').filter(({ pod }) => pod === partyName(party(B)));
    expect(ofB.map(({ state }) => state)).toEqual([
      ...['Pending', 'ContainerCreating', 'Running'],
      ...['Terminating', 'Deleted', 'Pending', 'ContainerCreating', 'Running'],
    ]);
    expect(run.of('end')).toMatchObject([{ outcome: 'completed' }]);
  });

  it('loses no packet that both versions allow, in fifty changes under a packet a millisecond', async () => {
    const [from, to] = [podOf(1, 'client', 'n1'), podOf(2, 'web', 'n1')] as const;
    const everybody: NetworkPolicy = {
      namespace: 'default',
      name: 'web',
      position: null,
      policyTypes: ['ingress'],
      egress: [],
      podSelector: { matchLabels: { app: 'web' }, matchExpressions: [] },
      ingress: [{ index: 0, position: null, peers: [], ports: [] }],
    };
    const block = { kind: 'ipBlock', cidr: '172.51.0.0/16', except: ['172.51.1.2/32'] } as const;
    const neighbours = { ...everybody, ingress: [{ index: 0, position: null, ports: [], peers: [block] }] };
    const flow = flowOf(1, from, to, { protocol: 'UDP', offeredBps: 8e6, datagramBytes: 1000, durationNs: 10e9 });
    const change = (n: number) => [
      { kind: 'apply', change: { applyPolicies: [n % 2 === 0 ? everybody : neighbours] } } as const,
      { kind: 'sleep', durationNs: 50e6 } as const,
    ];
    const run = await runInUml(
      planOf({
        pods: [from, to],
        steps: [
          { kind: 'traffic', flows: [flow], background: true, expect: [] },
          { kind: 'sleep', durationNs: 500e6 },
          ...Array.from({ length: 50 }, (_, n) => change(n)).flat(),
        ],
      }),
    );
    const changes = run.of('change');
    const [end] = run.of('flow-state').filter(({ state }) => state === 'finished');
    expect(changes).toHaveLength(50);
    // All of them while it flowed; a busy machine is through with some alone.
    expect(changes.filter(({ t }) => t < end!.t).length).toBeGreaterThan(5);
    expect(end!.totals).toMatchObject({ lostPackets: 0 });
    expect(end!.totals!.receivedBytes).toBeGreaterThan(1e6);
    expect(run.of('drop')).toEqual([]);
  });

  it('takes changes from outside while it is held, and refuses what is not there without changing anything', async () => {
    const answers: unknown[] = [];
    const run = await runInUml(planOf({ pods: [A, B] }), { hold: true }, (message, send) => {
      if (message.type === 'holding') {
        const change = (id: number, what: string, wanted: ClusterChange) =>
          send({ type: 'change', id, what, change: wanted });
        change(1, 'apply default/door', { applyPolicies: [ONLY_THROUGH_THE_DOOR] });
        change(2, 'delete pod nobody', { deletePods: [{ namespace: 'default', name: 'nobody' }], ...red('red') });
        change(3, 'scale deployment c', { createPods: [C], deletePods: [B] });
        send({
          type: 'exec',
          id: 9,
          party: 'default/c',
          env: {},
          terminal: null,
          argv: ['sh', '-c', 'sleep 100'],
        });
        const limits = { ingressBps: null, egressBps: 10e6 };
        change(5, 'annotate pod a', { limitPods: [{ namespace: A.namespace, name: A.name, limits }] });
        change(4, 'delete pod c', { deletePods: [C] });
      }
      if (message.type === 'exec-exit') answers.push([message.id, message.signal]);
      if (message.type === 'changed') {
        answers.push('error' in message ? [message.id, message.error] : [message.id, message.record.what]);
        if (message.id === 4) setTimeout(() => send({ type: 'stop' }), 200);
      }
    });
    expect(answers).toContainEqual([1, 'apply default/door']);
    expect(answers).toContainEqual([2, 'pod default/nobody: not there, so nothing to delete']);
    expect(answers).toContainEqual([3, 'scale deployment c']);
    expect(answers).toContainEqual([4, 'delete pod c']);
    // A limit is an entry of its own, and the endpoint's says that there is one.
    const annotated = run.of('change').find(({ what }) => what === 'annotate pod a');
    expect(annotated?.mapUpdates).toBeGreaterThanOrEqual(2);
    const [last] = run.of('change').slice(-1);
    expect(last).toMatchObject({ step: null, what: 'delete pod c' });
    expect(run.of('end')).toMatchObject([{ outcome: 'completed' }]);
  });
});
