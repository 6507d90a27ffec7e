import { describe, expect, it } from 'vitest';
import type { NetworkPolicy } from '../../dataplane/policy/network-policy.ts';
import { superPacketSegments } from '../../sim/lab/super-packet.ts';
import { FAST, flowOf, nodeOf, party, planOf, podOf, probesAmong } from './plans.ts';
import { skipped } from '../report/skipped.ts';
import { cannotRun, type LabRun, outputOf, runInUml } from './run-in-uml.ts';

/** Isolates `test` both ways, lets everything in and nothing out. */
const NOTHING_OUT: NetworkPolicy = {
  namespace: 'default',
  name: 'nothing-out',
  position: null,
  policyTypes: ['ingress', 'egress'],
  egress: [],
  podSelector: { matchLabels: { app: 'test' }, matchExpressions: [] },
  ingress: [{ index: 0, position: null, peers: [], ports: [] }],
};

/** Isolates `test` against what comes in, but for `client`. */
const FROM_CLIENT: NetworkPolicy = {
  ...NOTHING_OUT,
  name: 'from-client',
  policyTypes: ['ingress'],
  ingress: [
    {
      index: 0,
      position: null,
      peers: [
        {
          kind: 'pods',
          podSelector: { matchLabels: { app: 'client' }, matchExpressions: [] },
          namespaceSelector: null,
        },
      ],
      ports: [],
    },
  ],
};

const NO_NOBODY =
  'there is no default/nobody in this lab; there are node:n1, node:n2, host:outside, default/test, default/client';

const TWO = [podOf(1, 'test', 'n1'), podOf(2, 'client', 'n2')] as const;

describe.skipIf(cannotRun)(`the agent in user-mode Linux${skipped(cannotRun)}`, () => {
  it('asks the wire, and the wire agrees with the oracle before a policy, under it and after it', async () => {
    const probe = (first: number) => ({ kind: 'probe', probes: probesAmong(TWO, first), timeoutNs: 900e6 }) as const;
    const run = await runInUml(
      planOf({
        pods: TWO,
        steps: [
          probe(1),
          { kind: 'apply', change: { applyPolicies: [NOTHING_OUT] } },
          probe(101),
          { kind: 'delete', change: { deletePolicies: [{ namespace: 'default', name: 'nothing-out' }] } },
          probe(201),
        ],
      }),
    );
    const answers = run.of('probe');
    expect(answers).toHaveLength(3 * 14);
    expect(answers.filter(({ predicted, measured }) => predicted !== measured)).toEqual([]);
    // From `test` nothing, from `client` everything, replies included.
    const under = answers.filter(({ step }) => step === 2).sort((a, b) => a.probeId - b.probeId);
    expect(under.map(({ measured }) => measured)).toEqual([
      ...Array<string>(7).fill('denied'),
      ...Array<string>(7).fill('allowed'),
    ]);
    const denied = run.of('drop').at(-1);
    expect(denied).toMatchObject({ reason: 'POLICY_DENIED', direction: 'egress', isolatedBy: ['default/nothing-out'] });
  });

  it('goes on after a step that fails and a pod that cannot be built, and says why of both', async () => {
    const lost = podOf(3, 'lost', 'n1', { master: 'ens224' });
    const run = await runInUml(
      planOf({
        pods: [...TWO, lost],
        steps: [
          { kind: 'wait', pods: TWO.map(party), timeoutNs: 1e9 },
          { kind: 'wait', pods: [party(lost)], timeoutNs: 1e9 },
          { kind: 'delete', change: { deletePolicies: [{ namespace: 'default', name: 'never-was' }] } },
          { kind: 'sleep', durationNs: 1e6 },
        ],
      }),
    );
    const failures = run.messages.filter(({ type }) => type === 'failure');
    expect(failures).toEqual([]);
    expect(run.of('pod').filter(({ state }) => state === 'Running')).toHaveLength(2);
    expect(run.of('pod').find(({ state }) => state === 'Failed')).toMatchObject({
      pod: 'default/lost',
      message: 'node n1 has no interface ens224',
    });
    const ends = run.of('step').filter(({ state }) => state !== 'started');
    expect(ends.map(({ state, message }) => message ?? state)).toEqual([
      'finished',
      'not ready: default/lost: node n1 has no interface ens224',
      'NetworkPolicy default/never-was: not in force, so nothing to delete',
      'finished',
    ]);
    expect(run.of('end')).toMatchObject([{ outcome: 'completed' }]);
  });

  it('ends in the middle of a flow when told to, and keeps what was measured', async () => {
    let asked = false;
    const run = await runInUml(
      planOf({
        pods: TWO,
        steps: [
          { kind: 'traffic', flows: [flowOf(1, ...TWO, { durationNs: 60e9 })], expect: [] },
          { kind: 'sleep', durationNs: 60e9 },
        ],
      }),
      {},
      (message, send) => {
        if (asked || message.type !== 'trace' || message.record.type !== 'endpoint') return;
        if (message.record.passed.bytes < 1e6) return;
        asked = true;
        send({ type: 'stop' });
      },
    );
    const [end] = run.of('end');
    expect(end).toMatchObject({ outcome: 'interrupted' });
    expect(end?.t).toBeLessThan(60e9);
    const [flow] = run.of('flow-state').filter(({ state }) => state === 'failed');
    expect(flow?.message).toBe('interrupted');
    expect(flow?.totals?.receivedBytes).toBeGreaterThan(0);
  });

  it('neither counts nor limits a pod whose CNI chain does not enforce', async () => {
    const free = [podOf(1, 'a', 'n1', { enforced: false }), podOf(2, 'b', 'n1', { enforced: false })] as const;
    const run = await runInUml(
      planOf({ pods: free, steps: [{ kind: 'traffic', flows: [flowOf(1, ...free)], expect: [] }] }),
    );
    expect(run.of('endpoint')).toEqual([]);
    expect(run.of('flow-state').at(-1)?.totals?.receivedBytes).toBeGreaterThan(1e6);
  });

  it('builds bonds and VLANs, and pods on a VLAN reach each other over the wire, within it only', async () => {
    const node = (name: string, last: number) =>
      nodeOf(name, last, [
        { kind: 'nic', name: 'ens192', mtu: 1500, addresses: [] },
        { kind: 'nic', name: 'ens224', mtu: 1500, addresses: [] },
        { kind: 'bond', name: 'bond0', parents: ['ens192', 'ens224'], mode: 1, mtu: 1500, addresses: [] },
        { kind: 'vlan', name: 'bond0.100', parent: 'bond0', vlanId: 100, mtu: 1500, addresses: [] },
      ]);
    const pods = [
      podOf(1, 'in-1', 'n1', { master: 'bond0.100' }),
      podOf(2, 'in-2', 'n2', { master: 'bond0.100' }),
      podOf(3, 'out', 'n2', { master: 'bond0' }),
    ];
    const run = await runInUml(
      planOf({
        pods,
        nodes: [node('n1', 1), node('n2', 2)],
        steps: [{ kind: 'probe', probes: probesAmong(pods, 1), timeoutNs: 900e6 }],
      }),
    );
    const reached = new Map<number, string>(run.of('probe').map(({ probeId, measured }) => [probeId, measured]));
    const outcome = (from: string, to: string) => [
      ...new Set(
        probesAmong(pods, 1)
          .filter((probe) => 'name' in probe.from && probe.from.name === from && probe.to.name === to)
          .map(({ probeId }) => reached.get(probeId)),
      ),
    ];
    expect([outcome('in-1', 'in-2'), outcome('in-2', 'in-1')]).toEqual([['allowed'], ['allowed']]);
    expect([outcome('in-1', 'out'), outcome('out', 'in-1')]).toEqual([['denied'], ['denied']]);
  });

  it('captures, runs programs with and without a terminal, and is held until it is told to stop', async () => {
    let exits = 0;
    const run = await runInUml(planOf({ pods: TWO }), { hold: true, pcap: true }, (message, send) => {
      if (message.type === 'exec-exit' && ++exits === 6) send({ type: 'stop' });
      if (message.type !== 'holding') return;
      const program = (id: number, who: string, ...argv: string[]) =>
        ({ type: 'exec', id, party: who, argv, env: { GREETING: 'hello' }, terminal: null }) as const;
      send(program(1, 'default/test', 'sh', '-c', 'echo $GREETING; cat; ping -c 1 172.51.1.2 >/dev/null; exit 3'));
      send({ type: 'exec-input', id: 1, data: Buffer.from('from afar\n').toString('base64') });
      send({ type: 'exec-input-end', id: 1 });
      send({ ...program(2, 'host:outside', 'stty', 'size'), terminal: { columns: 77, rows: 22 } });
      send(program(3, 'default/nobody', 'true'));
      send(program(4, 'default/client', '/no/such/program'));
      send(program(5, 'default/client', 'cat', '/proc/sys/kernel/modules_disabled'));
      send(program(6, 'default/test', 'ip', '-d', '-o', 'link', 'show', 'type', 'ipvlan'));
    });
    expect(outputOf(run, 1)).toBe('hello\nfrom afar\n');
    expect(outputOf(run, 2).trim()).toBe('22 77');
    const exit = (id: number) => run.messages.find((message) => message.type === 'exec-exit' && message.id === id);
    expect(exit(1)).toMatchObject({ code: 3, signal: null });
    expect(exit(2)).toMatchObject({ code: 0 });
    expect(exit(3)).toMatchObject({ code: null, error: NO_NOBODY });
    expect(exit(4)).toMatchObject({ code: null, error: 'there is no such program in the lab' });
    expect(outputOf(run, 5)).toBe('1\n');
    // A captured run measures what the same run measures without.
    expect(outputOf(run, 6)).toMatch(/ promiscuity 0 /);
    const pcap = run.messages.flatMap((message) =>
      message.type === 'file' && message.name === 'default.test.pcap' ? [Buffer.from(message.data, 'base64')] : [],
    );
    // Magic of a pcap with microseconds, little-endian.
    expect(Buffer.concat(pcap).subarray(0, 4).toString('hex')).toBe('d4c3b2a1');
    expect(run.of('capture').find(({ where }) => where === 'default/test')?.packets).toBeGreaterThanOrEqual(2);
    expect(run.of('end')).toMatchObject([{ outcome: 'completed' }]);
  });

  it('shows commands that build the same lab, and change it as its steps did, when they are pasted', async () => {
    // In mode L3 nobody answers ARP: without the routes between the nodes no packet comes through.
    const test = podOf(1, 'test', 'n1', { mode: 'l3', limits: { ingressBps: 100e6, egressBps: 100e6 } });
    const pods = [test, podOf(2, 'client', 'n2', { mode: 'l3' }), podOf(3, 'other', 'n2', { mode: 'l3' })];
    const policy = { namespace: 'default', name: 'from-client' };
    const slower = { ...FAST, delayNs: 3e6 };
    const plan = planOf({
      pods,
      steps: [
        { kind: 'delete', change: { deletePolicies: [policy] } },
        {
          kind: 'annotate',
          change: {
            limitPods: [{ namespace: 'default', name: 'test', limits: { ingressBps: 50e6, egressBps: 50e6 } }],
          },
        },
        { kind: 'underlay', underlay: slower },
        { kind: 'link', node: 'n1', interface: 'ens192', up: false },
        { kind: 'link', node: 'n1', interface: 'ens192', up: true },
      ],
    });
    const shown = await runInUml({ ...plan, policies: [FROM_CLIENT] }, { showCommands: true });
    expect(shown.of('step').filter(({ state }) => state === 'failed')).toEqual([]);
    const stepsBegin = shown.records.findIndex(({ type }) => type === 'step');
    const linesOf = (records: LabRun['records']): readonly string[] =>
      records
        .flatMap((record) => (record.type !== 'end' && 'commands' in record ? (record.commands ?? []) : []))
        // Of the machine as a whole: this guest has it, and a namespace does not.
        .filter((line) => !/^sysctl .*gc_thresh/.test(line));
    const ping = (from: string, limits: string): string =>
      `ip netns exec default.${from} ping -q -c 3 -i 0.2 ${limits} 172.51.1.1`;
    const script = [
      'set -e',
      ...linesOf(shown.records.slice(0, stepsBegin)),
      `echo client; ${ping('client', '-W 1')}`,
      `echo other; ! ${ping('other', '-W 1')}`,
      'ip netns exec default.test ip -br link show dev ingress0',
      ...linesOf(shown.records.slice(stepsBegin)),
      // The kernel takes a while to notice that the cable is in again.
      `echo other later; ${ping('other', '-w 30')}`,
      'ip -d -n default.test link show dev eth0',
      ...shown.of('end').flatMap(({ commands = [] }) => commands),
      'echo all of it',
    ];
    const pasted = await runInUml(planOf({ pods: [] }), { hold: true }, (message, send) => {
      if (message.type === 'holding')
        send({
          type: 'exec',
          id: 1,
          party: 'host:outside',
          argv: ['sh', '-c', script.join('\n')],
          env: {},
          terminal: null,
        });
      if (message.type === 'exec-exit') send({ type: 'stop' });
    });
    const said = outputOf(pasted, 1);
    expect(said).toContain('all of it');
    const received = [...said.matchAll(/^(client|other|other later)$[^]*?(\d) received/gm)];
    expect(received.map(([, who, packets]) => `${who} ${packets}`)).toEqual(['client 3', 'other 0', 'other later 3']);
    // Back and forth by the slower wire.
    expect(Number(/min\/avg\/max\S* = ([\d.]+)/.exec(said.slice(said.indexOf('other later')))?.[1])).toBeGreaterThan(6);
    expect(said).toContain(`gso_max_segs ${superPacketSegments(50e6, 1500)} `);
    expect(pasted.messages.find((message) => message.type === 'exec-exit')).toMatchObject({ code: 0 });
    // Each line is a program to start, in User-mode Linux.
  }, 600_000);
});
