import { describe, expect, it } from 'vitest';
import { makePlan } from '../make-plan.ts';
import type { ChangeStepPlan, ChangeVerb, Plan, StepPlan } from '../plan.ts';
import {
  deployment,
  found,
  goodPlan,
  network,
  onNetwork,
  plan,
  pod,
  readFiles,
  scenario,
  seedPool,
} from '../testdata/planning.ts';

const limits = (ingress: string, egress: string) =>
  `${onNetwork}, kubernetes.io/ingress-bandwidth: ${ingress}, kubernetes.io/egress-bandwidth: ${egress}`;
const base = [network, seedPool, deployment('test', 2, limits('80M', '100M')), pod('client')] as const;
const machines = `nodes: [ { name: n1, interfaces: [ { name: ens192, addresses: [172.51.0.9/16] } ] }, { name: n2 } ]
hosts: [ { name: out, addresses: [172.51.200.1/16] } ]`;
const lab = (timeline: string, more = '') => [...base, scenario(`${machines}\n${more}\ntimeline:\n${timeline}`)];

type StepOf<K> = K extends ChangeVerb ? ChangeStepPlan : Extract<StepPlan, { kind: K }>;

function step<K extends StepPlan['kind']>(made: Plan, kind: K): StepOf<K> {
  const found = made.timeline.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found as StepOf<K>;
}

const flows = (line: string, more = '') => step(goodPlan(...lab(`- traffic: [ { ${line} } ]`, more)), 'traffic').flows;
const mistakes = (timeline: string) => found(plan(...lab(timeline)));

const closed = (spec: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed }
spec: { ${spec} }`;

describe('a flow that policies deny', () => {
  const toTest = closed('podSelector: { matchLabels: { app: test } }, ingress: [ { ports: [ { port: 80 } ] } ]');
  const judged = (...steps: readonly string[]) => found(plan(...lab(steps.join('\n')), toTest));

  it('is told with the policy, its line, and the port that is open', () => {
    const planned = plan(...lab('- traffic: [ { from: client, to: "test[0]" } ]'), toTest);
    expect(found(planned)).toEqual([
      expect.stringMatching(
        /^W440 .*client -> default\/test-\S+ TCP is denied: ingress of default\/test-\S+ isolated by default\/closed \(lab\/all.yaml:\d+\), none of whose ingress rules allows it/,
      ),
    ]);
    expect(planned.diagnostics[0]?.help).toBe('write `port: 80`, which they allow');
    expect(judged('- traffic: [ { from: client, to: "test[0]", port: 80 } ]')).toEqual([]);
    expect(judged('- traffic: [ { from: client, to: "test[0]", port: 80, protocol: UDP, rate: 1M } ]')).toHaveLength(1);
    expect(judged('- traffic: [ { from: "test[0]", to: client } ]')).toEqual([]);
  });

  it('is judged by the policies of its moment', () => {
    expect(judged('- delete: [ closed ]', '- traffic: [ { from: client, to: "test[0]" } ]')).toEqual([]);
    expect(judged('- traffic: [ { from: client, to: "test[0]" } ]', '- delete: [ closed ]')).toHaveLength(1);
  });

  it('may be meant: where losses are expected, and where a later step changes the cluster beneath it', () => {
    const udp = 'from: client, to: "test[0]", protocol: UDP, rate: 1M';
    expect(judged(`- traffic: [ { ${udp} } ]\n  expect: [ drops.POLICY_DENIED > 0 ]`)).toEqual([]);
    expect(judged(`- traffic: [ { ${udp} } ]\n  expect: [ lost_packets > 10 ]`)).toEqual([]);
    expect(judged(`- traffic: [ { ${udp} } ]\n  expect: [ loss_pct > 10 ]`)).toEqual([]);
    expect(judged(`- traffic: [ { ${udp} } ]\n  expect: [ lost_packets == 0 ]`)).toHaveLength(1);
    expect(judged(`- traffic: [ { ${udp} } ]\n  background: true`)).toHaveLength(1);
    expect(judged(`- traffic: [ { ${udp} } ]\n  background: true\n- delete: [ closed ]`)).toEqual([]);
  });
});

describe('a step that is repeated', () => {
  const steps = (timeline: string) =>
    goodPlan(...lab(timeline)).timeline.map(({ name, notBefore }) => (notBefore ? [name, notBefore] : [name]));

  it('is as many steps, each so long after the first as `every` says', () => {
    expect(steps('- { name: nap, sleep: 1s, repeat: 3, every: 2s }')).toEqual([
      ['nap (1 of 3)'],
      ['nap (2 of 3)', { step: 0, ns: 2e9 }],
      ['nap (3 of 3)', { step: 0, ns: 4e9 }],
    ]);
    expect(steps('- { name: nap, sleep: 1s, repeat: 2 }')).toEqual([['nap (1 of 2)'], ['nap (2 of 2)']]);
  });

  it('may be several in a row, which may be repeated themselves', () => {
    const inner = '[ { name: a, sleep: 1s }, { name: b, sleep: 1s, repeat: 2, every: 3s } ]';
    expect(steps(`- { name: first, sleep: 1s }\n- { repeat: 2, every: 9s, steps: ${inner} }`)).toEqual([
      ['first'],
      ['a (1 of 2)'],
      ['b (1 of 2, 1 of 2)'],
      ['b (1 of 2, 2 of 2)', { step: 2, ns: 3e9 }],
      ['a (2 of 2)', { step: 1, ns: 9e9 }],
      ['b (2 of 2, 1 of 2)'],
      ['b (2 of 2, 2 of 2)', { step: 5, ns: 3e9 }],
    ]);
  });

  it('is told once of what is wrong with it', () => {
    expect(mistakes('- { delete: [ nothing ], repeat: 5 }')).toEqual([
      expect.stringMatching(/^E310 .*no NetworkPolicy default\/nothing is in force/),
    ]);
  });
});

describe('an expectation', () => {
  const two = '{ from: "test[0]", to: client, duration: 3s }, { from: "test[1]", to: client, duration: 3s }';
  const said = (expect: string) => `- traffic: [ ${two} ]\n  expect: [ ${expect} ]`;
  const planned = (expect: string) => step(goodPlan(...lab(said(expect))), 'traffic').expect;

  it('of a sum names its flows, all of the step or those between two parties', () => {
    expect(planned('sum(wire_bps) < 1M')).toMatchObject([{ flowId: null, sumOf: [1, 2] }]);
    expect(planned('"test -> client: sum(wire_bps) < 1M"')).toMatchObject([{ flowId: null, sumOf: [1, 2] }]);
    expect(planned('"test[1] -> client: sum(wire_bps) < 1M"')).toMatchObject([{ sumOf: [2] }]);
  });

  it('of a time must be over before the flow is', () => {
    expect(planned('wire_bps between 2s and 3s < 1M')).toMatchObject([{ between: { fromNs: 2e9, toNs: 3e9 } }]);
    expect(mistakes(said('wire_bps between 2s and 4s < 1M'))).toEqual([
      expect.stringMatching(/^E453 .*test-\S+ -> default\/client is over 3 s after its first byte/),
    ]);
  });
});

describe('a probe whose expectation cannot come true', () => {
  const toTest = closed('podSelector: { matchLabels: { app: test } }, ingress: [ { ports: [ { port: 80 } ] } ]');
  const judged = (...steps: readonly string[]) => found(plan(...lab(steps.join('\n')), toTest));
  const probe = (what: string, port = 'TCP/81', to = '"test[0]"') =>
    `- probe: [ { from: client, to: ${to}, port: ${port}, expect: ${what} } ]`;

  it('is told with what the policies say, at what is expected', () => {
    const planned = plan(...lab(probe('allowed')), toTest);
    expect(found(planned)).toEqual([
      expect.stringMatching(
        /^W443 .*client -> default\/test-\S+ TCP\/81 is expected to be allowed, which cannot be: ingress of \S+ isolated by default\/closed \(lab\/all.yaml:\d+\), none of whose ingress rules allows it/,
      ),
    ]);
    expect(planned.diagnostics[0]?.help).toContain('expect `denied`');
    const [message] = judged(probe('denied', 'TCP/80'));
    expect(message).toMatch(/^W443 .* expected to be denied, which cannot be: allowed by default\/closed ingress\[0\]/);
    expect(judged(probe('denied', 'TCP/80', '"test[0]"'), probe('allowed', 'TCP/80'))).toHaveLength(1);
    expect(found(plan(...lab(probe('denied'))))).toEqual([
      expect.stringMatching(/cannot be: allowed: nothing isolates egress of default\/client/),
    ]);
  });

  it('is told once for all pairs of a line, and not where it may come true', () => {
    expect(judged(probe('allowed', 'TCP/81', 'test'))).toEqual([expect.stringContaining('(and 1 more of this line)')]);
    expect(judged(probe('allowed', 'TCP/80'), probe('denied'), probe('predicted'))).toEqual([]);
    expect(judged('- delete: [ closed ]', probe('allowed'))).toEqual([]);
    expect(judged(probe('allowed'), '- delete: [ closed ]')).toHaveLength(1);
  });

  it('is not told of a wire that lets nothing through', () => {
    const down = '- link: { node: n1, interface: ens192, state: down }';
    expect(judged(down, probe('denied', 'TCP/80'))).toEqual([]);
    expect(judged(down, down.replace('state: down', 'state: up'), probe('denied', 'TCP/80'))).toHaveLength(1);
    expect(judged('- underlay: { loss: 100% }', probe('denied', 'TCP/80'))).toEqual([]);
  });
});

describe('a flow', () => {
  it('goes to the port that is written; several to one port of one receiver are made by what can serve them all', () => {
    expect(flows('from: client, to: "test[0]", port: 80')[0]).toMatchObject({ port: 80 });
    expect(flows('from: client, to: "test[0]", port: 80')[0]).not.toHaveProperty('generator');
    const both = flows('from: [ client, "test[1]" ], to: "test[0]", port: 80');
    expect(both.map(({ port, generator }) => [port, generator])).toEqual([
      [80, 'ipvlane'],
      [80, 'ipvlane'],
    ]);
    const iperf3 = 'from: [ client, "test[1]" ], to: "test[0]", port: 80, generator: iperf3';
    expect(found(plan(...lab(`- traffic: [ { ${iperf3} } ]`)))).toEqual([
      expect.stringMatching(/^E450 .* 2 flows of this step go to TCP\/80 of default\/test-\S+, and iperf3 serves one/),
    ]);
  });

  it('is limited by the smaller of egress and ingress, and its goodput follows from the frames', () => {
    const [flow] = flows('from: "test[0]", to: "test[1]"');
    expect(flow).toMatchObject({ configuredBps: 80_000_000, configuredBy: 'ingress', predictedGoodputBps: 76_512_550 });
    expect(flow).toMatchObject({
      protocol: 'TCP',
      streams: 1,
      durationNs: 5_000_000_000,
      offeredBps: null,
      ping: false,
    });
  });

  it('is limited by egress where that is as small', () => {
    const [flow] = flows('from: "test[0]", to: client');
    expect(flow).toMatchObject({ configuredBps: 100_000_000, configuredBy: 'egress' });
  });

  it('is limited by the underlay where it crosses it, and only there', () => {
    const underlay = 'underlay: { rate: 10M }';
    expect(flows('from: client, to: "host:out"', underlay)[0]).toMatchObject({
      configuredBps: 10_000_000,
      configuredBy: 'underlay',
    });
    const made = goodPlan(...lab('- traffic: [ { from: client, to: "test[1]" } ]', underlay));
    const nodeOf = (name: string) => made.pods.find((one) => one.name.startsWith(name))?.node;
    expect(made.pods[2]?.node).toBe(nodeOf('client'));
    expect(step(made, 'traffic').flows[0]).toMatchObject({ configuredBps: 80_000_000, configuredBy: 'ingress' });
  });

  it('without a limit has no prediction', () => {
    expect(flows('from: client, to: "host:out"')[0]).toMatchObject({
      configuredBps: null,
      configuredBy: null,
      predictedGoodputBps: null,
    });
  });

  it('of UDP is predicted by its datagrams, and by what is offered where that is less', () => {
    const udp = (rate: string) => flows(`from: "test[0]", to: client, protocol: UDP, rate: ${rate}, datagram: 1000`)[0];
    expect(udp('200M')).toMatchObject({
      datagramBytes: 1000,
      offeredBps: 200_000_000,
      predictedGoodputBps: Math.round(1e8 * (1000 / 1042)),
    });
    expect(udp('20M')).toMatchObject({ predictedGoodputBps: 20_000_000, offeredWireBps: 20_840_000 });
  });

  it('of requests offers one every interval on each connection', () => {
    const [made] = flows('from: "test[0]", to: client, streams: 2, requests: { every: 5ms, bytes: 1000 }');
    expect(made).toMatchObject({
      requests: { everyNs: 5_000_000, bytes: 1000, replyBytes: 100 },
      offeredBps: 3_200_000,
      // 1000 bytes in a frame of 1066.
      offeredWireBps: 3_411_200,
      predictedGoodputBps: 3_200_000,
    });
  });

  it('of requests has sizes as quantities of bytes', () => {
    const [made] = flows('from: "test[0]", to: client, requests: { every: 1s, bytes: 1Ki, reply: 50M }');
    expect(made?.requests).toEqual({ everyNs: 1e9, bytes: 1024, replyBytes: 50_000_000 });
  });

  it('of requests with a connection each counts what makes and ends it, and is warned of where ports run out', () => {
    const [made] = flows('from: "test[0]", to: client, requests: { every: 10ms, bytes: 100, connection: new }');
    expect(made).toMatchObject({
      requests: { everyNs: 10_000_000, bytes: 100, replyBytes: 100, connection: 'new' },
      offeredWireBps: 438 * 8 * 100,
    });
    const [kept] = flows('from: "test[0]", to: client, requests: { connection: kept }');
    expect(kept?.requests).not.toHaveProperty('connection');
    const often = (duration: string) =>
      mistakes(
        `- traffic: [ { from: client, to: "test[0]", streams: 10, duration: ${duration}, requests: { every: 10ms, connection: new } } ]`,
      );
    expect(often('28s')).toEqual([]);
    expect(often('29s')).toEqual([
      expect.stringMatching(
        /^W477 .* 1000 new connections a second need 29000 local ports.*after 28\.2 s requests fail/,
      ),
    ]);
  });

  it('with a connection for each request shares no port with one whose connections stay', () => {
    const line = (requests: string) => `{ from: client, to: "test[0]", port: 80, requests: { ${requests} } }`;
    expect(mistakes(`- traffic: [ ${line('connection: new')}, ${line('connection: new')} ]`)).toEqual([]);
    expect(mistakes(`- traffic: [ ${line('connection: new')}, ${line('')} ]`)).toEqual([
      expect.stringMatching(/^E417 .* go to TCP\/80 of default\/test-\S+, and others with connections that stay/),
    ]);
  });

  it('with a volume is foretold to take its frames over the limit, and a way of the wire', () => {
    // 6906 full segments and one of 112 bytes, each with 66 bytes of headers.
    const wireBytes = 10_000_000 + 6907 * 66;
    const [made] = flows('from: "test[0]", to: "test[1]", bytes: 10M', 'underlay: { delay: 20ms }');
    const predictedNs = Math.round((wireBytes * 8e9) / 80e6 + 20e6);
    expect(made).toMatchObject({
      volume: { bytes: 10_000_000, wireBytes, predictedNs },
      durationNs: 60e9,
      predictedGoodputBps: 76_512_550,
    });
    const [slow] = flows('from: "test[0]", to: "test[1]", bytes: 1G');
    expect(slow?.durationNs).toBe(2 * (slow?.volume?.predictedNs ?? 0));
    const [free] = flows('from: client, to: "host:out", bytes: 10M');
    expect(free).toMatchObject({ durationNs: 60e9, volume: { bytes: 10_000_000 } });
    expect(free?.volume).not.toHaveProperty('predictedNs');
  });

  it('shares its limit with a volume until that is complete, and has all of it then', () => {
    const two = goodPlan(
      ...lab(
        '- traffic: [ { from: "test[0]", to: "test[1]", bytes: 5M }, { from: "test[0]", to: "test[1]", duration: 4s } ]',
      ),
    );
    const [volume, bulk] = step(two, 'traffic').flows;
    const halfNs = ((5_000_000 + 3454 * 66) * 8e9) / 40e6;
    expect(volume?.volume?.predictedNs).toBe(Math.round(halfNs));
    // From the end of the first second on.
    const average = (40e6 * (halfNs - 1e9) + 80e6 * (4e9 - halfNs)) / 3e9;
    expect(bulk?.share?.bps).toBe(Math.round(average));
  });

  it('that cannot complete in its time is warned of', () => {
    expect(mistakes('- traffic: [ { from: "test[0]", to: "test[1]", bytes: 10M, duration: 1s } ]')).toEqual([
      expect.stringMatching(
        /^W476 .* default\/test-\S+ -> default\/test-\S+: its 10000000 bytes take 1\.05 s at 80 Mbit\/s, and it has 1 s/,
      ),
    ]);
  });

  it('says what was written of the generator, and nothing of what was not', () => {
    const [written] = flows('from: client, to: "test[1]", generator: ipvlane, congestion: bbr, ecn: true');
    expect(written).toMatchObject({ generator: 'ipvlane', congestion: 'bbr', ecn: true });
    const silent = flows('from: client, to: "test[1]"')[0]!;
    expect(Object.keys(silent)).not.toEqual(expect.arrayContaining(['generator']));
  });

  it('joins every pair, but nobody with himself', () => {
    const all = flows('from: [ "test[0]", client ], to: [ "test[0]", client ]');
    expect(all.map(({ flowId, fromAddress, toAddress }) => [flowId, fromAddress, toAddress])).toEqual([
      [1, '172.51.0.101', '172.51.0.100'],
      [2, '172.51.0.100', '172.51.0.101'],
    ]);
  });

  it('of a pod to itself alone meets no limit and no wire, whatever the pod has', () => {
    const [limited] = flows('from: "test[0]", to: "test[1]", protocol: UDP, rate: 50M');
    expect(limited).toMatchObject({ configuredBps: 80e6, limits: [{}, {}] });
    const own = flows('from: "test[0]", to: "test[0]", protocol: UDP, rate: 50M', 'underlay: { rate: 1M, delay: 1ms }');
    expect(own).toMatchObject([
      { fromAddress: '172.51.0.101', toAddress: '172.51.0.101', limits: [], offeredBps: 50e6 },
    ]);
    expect(own[0]).toMatchObject({ configuredBps: null, configuredBy: null, predictedGoodputBps: null });
    for (const none of ['offeredWireBps', 'efficiency', 'delayNs', 'share']) expect(own[0]).not.toHaveProperty(none);
    expect(mistakes('- traffic: [ { from: "test[0]", to: "test[0]", bytes: 1G, duration: 1s } ]')).toEqual([]);
  });

  it.each([
    ['from: test, to: client', /^E419 .* test names 2 pods, and a flow has one at each end/],
    ['from: "host:out", to: "host:out"', /^E417 .* host:out is no pod, and only a pod may send to itself/],
    ['from: client, to: "test[2]"', /^E305 .* default\/test has 2 replicas, so no \[2\]/],
    ['from: client, to: tset', /^E305 .* tset names no pod and no workload/],
    [
      'from: client, to: 239.1.1.1, protocol: UDP, rate: 1M',
      /^E305 .* 239\.1\.1\.1 is an address of many, and parties are named/,
    ],
    ['from: client, to: 255.255.255.255, protocol: UDP, rate: 1M', /^E305 .* 255\.255\.255\.255 is an address of many/],
    ['from: client, to: 172.51.255.255', /^E305 .* 172\.51\.255\.255 is an address, and parties are named/],
    ['from: client, to: "host:ut"', /^E306 .* host ut is not defined/],
    ['from: client, to: "node:n3"', /^E304 .* node n3 is not defined/],
    ['from: client, to: "node:n2"', /^E421 .* node:n2 has no address/],
    [
      'from: client, to: "host:out", family: IPv6',
      /^E418 .* default\/client and host:out have no IPv6 address in common/,
    ],
  ])('{ %s } is a mistake', (line, words) => {
    expect(mistakes(`- traffic: [ { ${line} } ]`)).toEqual([expect.stringMatching(words)]);
  });

  it('may end at a node that has an address', () => {
    expect(flows('from: "host:out", to: "node:n1"')[0]).toMatchObject({
      to: { kind: 'node', name: 'n1' },
      toAddress: '172.51.0.9',
    });
  });
});

describe('an expectation', () => {
  it('is of one flow where it names its ends, else of all', () => {
    const made = goodPlan(
      ...lab(`- traffic: [ { from: "test[0]", to: client }, { from: client, to: "test[1]" } ]
  expect: [ "error_pct within 3", "client -> test[1]: goodput_bps > 1M" ]`),
    );
    expect(step(made, 'traffic').expect).toMatchObject([{ flowId: null }, { flowId: 2, metric: 'goodput_bps' }]);
  });

  it('must name a flow of its step', () => {
    expect(
      mistakes(`- traffic: [ { from: "test[0]", to: client } ]\n  expect: [ "client -> test[1]: retransmits == 0" ]`),
    ).toEqual([expect.stringMatching(/^E305 .* no flow of this step goes from client to test\[1\]/)]);
  });
});

describe('a probe', () => {
  it('of a pod from itself alone is made, of a host not', () => {
    const made = goodPlan(
      ...lab('- probe: [ { from: client, to: client, ports: [ TCP/80, ICMP ], expect: allowed } ]'),
    );
    expect(step(made, 'probe').probes).toMatchObject([
      { fromAddress: '172.51.0.100', toAddress: '172.51.0.100', protocol: 'TCP' },
      { fromAddress: '172.51.0.100', toAddress: '172.51.0.100', protocol: 'ICMP' },
    ]);
    expect(found(plan(...lab('- probe: [ { from: "host:out", to: "host:out", port: ICMP } ]')))).toEqual([
      expect.stringMatching(/^E417 .* host:out is no pod, and only a pod is probed from itself/),
    ]);
  });

  it('joins all replicas, ports and pairs but self', () => {
    const made = goodPlan(...lab('- probe: [ { from: test, to: [ test, client ], ports: [ TCP/80, ICMP ] } ]'));
    const { probes, timeoutNs } = step(made, 'probe');
    expect(probes).toHaveLength(8);
    expect(probes.map(({ probeId }) => probeId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(probes[0]).toMatchObject({ protocol: 'TCP', port: 80, expect: 'predicted' });
    expect(timeoutNs).toBe(500_000_000);
  });

  it('keeps counting from step to step', () => {
    const made = goodPlan(
      ...lab(`- probe: [ { from: client, to: "test[0]", port: TCP/80 } ]
- probe: [ { from: client, to: "test[0]", port: TCP/81, expect: denied } ]`),
    );
    expect(made.timeline.flatMap((one) => (one.kind === 'probe' ? one.probes : []))).toMatchObject([
      { probeId: 1, expect: 'predicted' },
      { probeId: 2, expect: 'denied' },
    ]);
  });
});

describe('policies in the timeline', () => {
  const policy = (name: string, spec: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name} }
spec: { podSelector: {}, ${spec} }`;
  const files = (timeline: string) => ({
    'lab/all.yaml': lab(timeline).join('\n---\n'),
    'lab/first.yaml': policy('first', 'policyTypes: [Ingress]'),
    'lab/later.yaml': policy('later', 'policyTypes: [Ingress, Egress], ingress: [{}]'),
  });

  it('are in force from the beginning unless a step applies their file', () => {
    const { plan: made } = makePlan(readFiles(files('- apply: [ later.yaml ]')));
    expect(made?.policies.map(({ name }) => name)).toEqual(['first']);
    expect(step(made!, 'apply').change.applyPolicies).toMatchObject([
      { name: 'later', policyTypes: ['ingress', 'egress'], egress: [] },
    ]);
  });

  it('can be deleted once they are in force', () => {
    const good = makePlan(readFiles(files('- apply: [ later.yaml ]\n- delete: [ default/later, first ]')));
    expect(found(good)).toEqual([]);
    const bad = makePlan(readFiles(files('- delete: [ default/later ]\n- apply: [ later.yaml ]')));
    expect(found(bad)).toEqual([
      expect.stringMatching(/^E310 .* no NetworkPolicy default\/later is in force at this step/),
    ]);
  });

  it('of a direction that policyTypes leaves out have no effect: a warning', () => {
    const planned = plan(...base, policy('p', 'policyTypes: [Egress], ingress: [{}]'));
    expect(found(planned)).toEqual([
      expect.stringMatching(/^W441 - the egress limit of default\/test is not measured: .* isolated by default\/p/),
      expect.stringMatching(
        /^W403 .* the ingress rules of default\/p have no effect: policyTypes does not name Ingress/,
      ),
    ]);
  });

  it('have the defaults of the API', () => {
    const made = goodPlan(
      ...base,
      policy('p', 'egress: [ { to: [ { ipBlock: { cidr: 10.0.0.0/8 } } ], ports: [ { port: 53 } ] } ]'),
    );
    expect(made.policies[0]).toMatchObject({
      policyTypes: ['ingress', 'egress'],
      ingress: [],
      egress: [
        {
          index: 0,
          peers: [{ kind: 'ipBlock', cidr: '10.0.0.0/8', except: [] }],
          ports: [{ protocol: 'TCP', port: 53, endPort: null }],
        },
      ],
    });
  });
});

describe('without a timeline', () => {
  it('all pods are waited for, then each probes the declared ports of the others', () => {
    const made = goodPlan(...base);
    expect(made.timeline.map(({ kind }) => kind)).toEqual(['wait', 'probe', 'traffic', 'traffic']);
    expect(step(made, 'wait').pods).toHaveLength(3);
    expect(step(made, 'probe').probes).toHaveLength(6);
    expect(step(made, 'probe').probes[0]).toMatchObject({ protocol: 'TCP', port: 80, expect: 'predicted' });
  });

  it('many pods are probed each, but not from everywhere, and that is said', () => {
    const planned = plan(deployment('many', 300, 'a: b'));
    expect(found(planned)).toEqual([
      expect.stringMatching(/^W405 - of 89700 pairs of pods and ports, 9900 are probed: each port from 33 pods$/),
    ]);
    const { probes } = step(planned.plan!, 'probe');
    expect(new Set(probes.map(({ toAddress }) => toAddress)).size).toBe(300);
    expect(new Set(probes.map(({ fromAddress }) => fromAddress)).size).toBe(300);
    expect(new Set(probes.map(({ fromAddress, toAddress }) => `${fromAddress} ${toAddress}`)).size).toBe(9900);
  });
});

describe('the wire', () => {
  const traced = (texts: readonly string[]) => ({
    'lab/all.yaml': texts.join('\n---\n'),
    'lab/cell.trace': '1\n2\n2\n',
    'lab/edge.trace': '5\n',
  });

  it('is what the steps before made of it, and the rest stays', () => {
    const timeline =
      '- underlay: { loss: 1%, delay: 5ms }\n- underlay: { rate: 5M }\n- traffic: [ { from: client, to: "host:out" } ]';
    const made = goodPlan(...lab(timeline, 'underlay: { rate: 10M, jitter: 1us, delay: 1us, duplicate: 0.5% }'));
    expect(made.underlay).toEqual({ rateBps: 10e6, delayNs: 1e3, mtu: 1500, jitterNs: 1e3, duplicatePct: 0.5 });
    expect(made.timeline[1]).toMatchObject({
      kind: 'underlay',
      underlay: { rateBps: 5e6, delayNs: 5e6, mtu: 1500, jitterNs: 1e3, duplicatePct: 0.5, lossPct: 1 },
    });
    expect(step(made, 'traffic').flows[0]).toMatchObject({ configuredBps: 5e6, configuredBy: 'underlay' });
  });

  it('has links that differ, which a step changes field by field', () => {
    const said = 'links: [ { of: "host:out", up: { rate: 3M, delay: 2ms }, down: { loss: 1% } } ]';
    const timeline = [
      '- traffic: [ { from: client, to: "host:out" }, { from: "host:out", to: client } ]',
      '- underlay: { delay: 5ms, links: [ { of: "host:out", up: { rate: 4M } }, { of: "node:n1", down: { rate: 1M } } ] }',
      '- traffic: [ { from: client, to: "host:out" }, { from: "host:out", to: client } ]',
    ].join('\n');
    const made = goodPlan(...lab(timeline, `underlay: { rate: 10M, ${said} }`));
    expect(made.underlay.links).toEqual([{ of: 'host:out', up: { rateBps: 3e6, delayNs: 2e6 }, down: { lossPct: 1 } }]);
    const changed = made.timeline.flatMap((one) => (one.kind === 'underlay' ? (one.underlay.links ?? []) : []));
    expect(changed).toEqual([
      { of: 'host:out', up: { rateBps: 4e6, delayNs: 2e6 }, down: { lossPct: 1 } },
      { of: 'node:n1', down: { rateBps: 1e6 } },
    ]);
    const flows = made.timeline.flatMap((one) => (one.kind === 'traffic' ? one.flows : []));
    expect(flows.map(({ configuredBps, delayNs }) => [configuredBps, delayNs])).toEqual([
      ...[[10e6, undefined], [3e6, 2e6], [10e6, 5e6], [1e6, 7e6]], // prettier-ignore
    ]);
  });

  it('with a trace has the rate of full frames in one round of it, until a steady one takes its place', () => {
    const timeline = '- underlay: { delay: 1ms }\n- underlay: { rate: 5M }\n- underlay: { trace: edge.trace }';
    const made = makePlan(readFiles(traced(lab(timeline, 'underlay: { trace: cell.trace }')))).plan!;
    // Three frames of 1514 bytes in 2 ms, and one in 5 ms.
    const cell = { trace: { file: 'cell.trace', momentsMs: [1, 2, 2] }, rateBps: 18_168_000, mtu: 1500 };
    expect(made.underlay).toEqual({ ...cell, delayNs: 0 });
    expect(made.timeline.map((one) => (one.kind === 'underlay' ? one.underlay : null))).toEqual([
      { ...cell, delayNs: 1e6 },
      { rateBps: 5e6, delayNs: 1e6, mtu: 1500 },
      { trace: { file: 'edge.trace', momentsMs: [5] }, rateBps: 2_422_400, delayNs: 1e6, mtu: 1500 },
    ]);
  });

  it('serves a trace first in, first out, by bytes or time', () => {
    const codes = (queue: string) =>
      makePlan(readFiles(traced(lab(`- underlay: { trace: cell.trace, queue: ${queue} }`)))).diagnostics.map(
        ({ code }) => code,
      );
    expect([codes('{ bytes: 9000 }'), codes('{ time: 1s }')]).toEqual([[], []]);
    expect([codes('{ packets: 9 }'), codes('{ discipline: codel }')]).toEqual([['E490'], ['E490']]);
  });

  it('with a rate and a trace is refused', () => {
    const { diagnostics } = makePlan(readFiles(traced(lab('- underlay: { rate: 5M, trace: cell.trace }'))));
    expect(diagnostics).toMatchObject([{ code: 'E428', message: 'the wire has a `rate` and a `trace` of it' }]);
  });

  it.each([
    ['underlay: { jitter: 2ms, delay: 1ms }', 'E428', 'jitter'],
    ['underlay: { reorder: 1% }', 'E428', 'reorder'],
    ['underlay: { queue: { bytes: 9000 } }', 'E490', 'queue'],
    ['underlay: { rate: 10M, queue: { bytes: 9000, packets: 6 } }', 'E490', 'packets'],
    ['underlay: { rate: 10M, queue: { bytes: 1513 } }', 'E490', 'bytes'],
    ['underlay: { rate: 10M, queue: { time: 1ms } }', 'E490', 'time'],
    ['underlay: { rate: 10M, queue: { discipline: codel, bytes: 9000 } }', 'E490', 'bytes'],
    ['underlay: { rate: 10M, queue: { discipline: cake, packets: 90 } }', 'E490', 'packets'],
    ['underlay: { rate: 10M, queue: { discipline: red, packets: 90 } }', 'E490', 'packets'],
    ['underlay: { links: [ { of: "node:n3", up: { rate: 1M } } ] }', 'E304 43:32 there is no node n3', 'n3'],
    ['underlay: { links: [ { of: "host:in", up: { rate: 1M } } ] }', 'E306 43:32 host in is not defined', 'in'],
    ['underlay: { links: [ { of: "node:n1", interface: eth7, up: { rate: 1M } } ] }', 'E304', 'eth7'],
    ['underlay: { links: [ { of: "host:out", up: { jitter: 1ms } } ] }', 'E428', 'jitter'],
    ['underlay: { links: [ { of: "host:out", up: { queue: { bytes: 9000 } } } ] }', 'E490', 'queue'],
    ['underlay: { links: [ { of: "host:out", up: { rate: 1M, queue: { bytes: 900 } } } ] }', 'E490', 'bytes'],
    ['underlay: { rate: 1M, queue: { time: 1s }, links: [ { of: "host:out", up: { rate: 1k } } ] }', 'E490', 'links'],
    [
      ...['underlay: { links: [ { of: "host:out", up: { rate: 1M } }, { of: "host:out", down: { rate: 1M } } ] }'],
      ...['E428 43:70 the link of host:out is written already', 'of'],
    ],
    [
      'underlay: { links: [ { of: "node:n1", interface: ens192, up: { rate: 1M } }, { of: "node:n1", up: { rate: 1M } } ] }',
      ...['E428', 'of'],
    ],
    ['link: { node: n3, interface: ens192, state: down }', 'E304', 'n3'],
    ['link: { node: n1, interface: eth7, state: down }', 'E304', 'eth7'],
  ])('%s is refused where it stands', (text, code) => {
    expect(mistakes(`- ${text}`)).toContainEqual(expect.stringContaining(code));
  });
});

describe('a frame', () => {
  const injections = (line: string) => step(goodPlan(...lab(`- inject: [ { ${line} } ]`)), 'inject').injections;

  it('leaves the interface that has its address, and what the dataplane has lost is said where something is', () => {
    expect(injections('from: "test[0]", to: "host:out", frame: datagram, count: 3')).toEqual([
      expect.not.objectContaining({ without: expect.anything() as unknown }),
    ]);
    const [one] = injections('from: "test[0]", to: client, frame: datagram, without: limit');
    expect(one).toMatchObject({ count: 1, without: 'limit', fromInterface: 'eth0', toInterface: 'eth0' });
  });

  it('cannot miss what the dataplane never had', () => {
    expect(mistakes('- inject: [ { from: client, to: "test[0]", frame: datagram, without: limit } ]')).toEqual([
      expect.stringMatching(/^E417 .* default\/client has no egress limit/),
    ]);
    expect(mistakes('- inject: [ { from: "host:out", to: client, frame: datagram, without: endpoint } ]')).toEqual([
      expect.stringMatching(/^E417 .* the dataplane knows no endpoint host:out/),
    ]);
  });
});
