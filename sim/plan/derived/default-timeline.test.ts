import { describe, expect, it } from 'vitest';
import { partyName, type Plan } from '../plan.ts';
import { memoryFiles } from '../../manifest/finding/memory-files.ts';
import { readManifests } from '../../manifest/read-manifests.ts';
import { makePlan } from '../make-plan.ts';
import { deployment, goodPlan, network, onNetwork, pod, pool, read, scenario, seedPool } from '../testdata/planning.ts';
import { forClock } from './default-timeline.ts';
import { trafficFor } from './measured-limit.ts';
import { scenarioDraft } from './scenario-draft.ts';

const limited = (egress: string | null, ingress: string | null): string =>
  [
    onNetwork,
    ...(egress === null ? [] : [`kubernetes.io/egress-bandwidth: ${egress}`]),
    ...(ingress === null ? [] : [`kubernetes.io/ingress-bandwidth: ${ingress}`]),
  ].join(', ');

const policy = (name: string, spec: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name} }
spec: { ${spec} }`;

const base = [network, seedPool];

/** `round: from -> to PROTOCOL[/PORT] measures` of every flow. */
function flowsOf({ timeline }: Plan): string[] {
  return timeline.flatMap((step) =>
    step.kind !== 'traffic'
      ? []
      : step.flows.map(({ from, to, protocol, port, measures, configuredBps }) => {
          const what = `${measures!.direction} ${measures!.limitBps / 1e6}M of ${measures!.of}`;
          const bound = configuredBps === measures!.limitBps ? '' : `, held to ${(configuredBps ?? 0) / 1e6}M`;
          const where = port === undefined ? '' : `/${port}`;
          return `${step.index}: ${partyName(from)} -> ${partyName(to)} ${protocol}${where} ${what}${bound}`;
        }),
  );
}

describe('limits of manifests without a timeline', () => {
  it('are measured each way, after the reachability, against a pod without a limit', () => {
    const plan = goodPlan(...base, pod('alpha', limited('100M', '200M')), pod('beta'));
    expect(plan.timeline.map(({ kind }) => kind)).toEqual(['wait', 'probe', 'traffic', 'traffic']);
    expect(flowsOf(plan)).toEqual([
      '2: default/alpha -> default/beta TCP egress 100M of default/alpha',
      '3: default/beta -> default/alpha TCP ingress 200M of default/alpha',
    ]);
    expect(plan.hosts).toEqual([]);
    expect(
      makePlan(read(...base, pod('alpha', limited('100M', null)), pod('beta')), { traffic: false }).plan!.timeline,
    ).toHaveLength(2);
  });

  it('stand for all pods of a workload; those that share nothing run at once', () => {
    const pods = [
      deployment('a', 3, limited('100M', null)),
      deployment('b', 2, limited('50M', null)),
      pod('c'),
      pod('d'),
    ];
    const plan = goodPlan(...base, ...pods);
    expect(flowsOf(plan)).toEqual([
      expect.stringMatching(/^2: default\/a-\S+ -> default\/c TCP egress 100M of default\/a$/),
      expect.stringMatching(/^2: default\/b-\S+ -> default\/d TCP egress 50M of default\/b$/),
    ]);
    const [step] = plan.timeline.flatMap((one) => (one.kind === 'traffic' ? [one] : []));
    expect(step!.flows.map(({ measures }) => measures!.replicas)).toEqual([3, 2]);
    expect(step!.expect.map(({ text, flowId }) => `${flowId}: ${text}`)).toEqual([
      '1: error_pct within 3',
      '2: error_pct within 3',
    ]);
  });

  it('are measured where policies allow it, on a port that they allow', () => {
    const only = policy(
      'only-80',
      'podSelector: { matchLabels: { app: alpha } }, ingress: [ { ports: [ { port: 80 } ] } ]',
    );
    expect(flowsOf(goodPlan(...base, pod('alpha', limited(null, '100M')), pod('beta'), only))).toEqual([
      '2: default/beta -> default/alpha TCP/80 ingress 100M of default/alpha',
    ]);
    const friends = policy(
      'friends',
      'podSelector: { matchLabels: { app: alpha } }, ingress: [ { from: [ { podSelector: { matchLabels: { app: friend } } } ] } ]',
    );
    const both = [pod('beta'), pod('friend')];
    expect(flowsOf(goodPlan(...base, pod('alpha', limited(null, '100M')), ...both, friends))).toEqual([
      '2: default/friend -> default/alpha TCP ingress 100M of default/alpha',
    ]);
  });

  it('that nobody may feel are told with the policy that is in the way', () => {
    const closed = policy('closed', 'podSelector: { matchLabels: { app: alpha } }, policyTypes: [ Ingress ]');
    const planned = makePlan(read(...base, pod('alpha', limited(null, '100M')), pod('beta'), closed));
    expect(planned.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(
        /^W441 the ingress limit of default\/alpha is not measured: no peer is allowed: ingress of default\/alpha isolated by default\/closed \(lab\/all.yaml:\d+\), which allows no ingress$/,
      ),
    ]);
    expect(planned.plan!.unmeasured).toMatchObject([{ of: 'default/alpha', direction: 'ingress', limitBps: 100e6 }]);
    expect(planned.diagnostics[0]!.help).toBe(
      'let the policies allow a peer, or write a host that they allow, and a flow to default/alpha from it, into a Scenario (`ipvlane init` begins one)',
    );
    const own = makePlan(
      read(...base, pod('alpha', limited(null, '100M')), pod('beta'), closed, scenario('nodes: [ { name: n1 } ]')),
    );
    expect(own.diagnostics.map(({ help }) => help)).toEqual([expect.stringMatching(/ into lab\/all.yaml$/)]);
    expect(flowsOf(planned.plan!)).toEqual([]);
  });

  it('have a host on the wire for a peer where no pod is there, or each has a tighter limit', () => {
    const alone = goodPlan(...base, pod('alpha', limited('100M', null)));
    expect(flowsOf(alone)).toEqual(['1: default/alpha -> host:peer TCP egress 100M of default/alpha']);
    expect(alone.hosts).toEqual([{ name: 'peer', addresses: ['172.51.255.254/16'], routes: [] }]);
    const both = goodPlan(...base, pod('alpha', limited('100M', null)), pod('beta', limited(null, '10M')));
    expect(flowsOf(both)).toContain('2: default/alpha -> host:peer TCP egress 100M of default/alpha');
    expect(both.hosts).toHaveLength(1);
  });

  it('are held to what their peer leaves where nobody leaves more', () => {
    const vlan = network.replace('master: [ens192]', 'master: [ens192], vlanID: 100');
    const plan = goodPlan(vlan, seedPool, pod('alpha', limited('100M', null)), pod('beta', limited(null, '80M')));
    expect(flowsOf(plan)).toContain('2: default/alpha -> default/beta TCP egress 100M of default/alpha, held to 80M');
    const alone = makePlan(read(vlan, seedPool, pod('alpha', limited('100M', null))));
    expect(alone.diagnostics.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('nobody else is on its network, and no host can be put there'),
    );
  });

  it('take no more than a minute, and what is left out is said', () => {
    const wide = pool(
      'ens192-v4',
      'gateway: 172.51.0.1, ipVersion: 4, ips: [172.51.0.100-172.51.0.199], subnet: 172.51.0.0/16',
    );
    const pods = Array.from({ length: 20 }, (_, i) => pod(`p${i}`, limited('100M', null)));
    const planned = makePlan(
      read(
        network,
        wide,
        ...pods,
        policy(
          'closed',
          'podSelector: {}, ingress: [ { from: [ { podSelector: { matchLabels: { app: hub } } } ] } ], policyTypes: [ Ingress ]',
        ),
        pod('hub'),
      ),
    );
    const rounds = planned.plan!.timeline.flatMap((step) => (step.kind === 'traffic' ? [step] : []));
    const seconds = rounds.reduce(
      (sum, { flows }) => sum + Math.max(...flows.map(({ durationNs }) => durationNs)) / 1e9,
      0,
    );
    expect(seconds).toBeLessThanOrEqual(60);
    for (const { flows } of rounds) {
      const parties = flows.map(({ to }) => partyName(to));
      expect(new Set(parties).size).toBe(parties.length);
    }
    const measured = rounds.reduce((sum, { flows }) => sum + flows.length, 0);
    expect(planned.plan!.unmeasured).toHaveLength(20 - measured);
    expect(planned.diagnostics.filter(({ code }) => code === 'W442')).toMatchObject([
      { message: expect.stringContaining(`of 20 limits ${measured} are measured`) as string },
    ]);
  });

  it('are exact under a virtual clock, whose seconds cost nothing', () => {
    const plan = goodPlan(...base, pod('alpha', limited('10M', '10M')), pod('beta'));
    const of = (clock: 'real' | 'virtual') =>
      forClock(plan, clock).timeline.flatMap((step) =>
        step.kind === 'traffic' ? step.flows.map(({ durationNs }, i) => [durationNs / 1e9, step.expect[i]!.text]) : [],
      );
    expect(of('real')).toEqual([
      [5, 'error_pct within 3'],
      [5, 'error_pct within 3'],
    ]);
    // 64 KiB more or less are 0.15 % of 35 s of 10M, a frame 0.03 % of 4 s.
    expect(of('virtual')).toEqual([
      [5, 'error_pct within 0.2'],
      [37, 'error_pct within 0.2'],
    ]);
  });

  it('above what a real clock carries must not be exceeded', () => {
    const plan = forClock(goodPlan(...base, pod('alpha', limited('10G', null)), pod('beta')), 'real');
    const [step] = plan.timeline.flatMap((one) => (one.kind === 'traffic' ? [one] : []));
    expect(step!.expect).toMatchObject([
      { text: 'wire_bps <= 1.03 limit', comparison: { op: '<=', value: { times: 1.03 } } },
    ]);
  });

  it('so slow that TCP is too coarse are measured by datagrams', () => {
    expect(trafficFor('egress', 10e6, 'TCP')).toMatchObject({ durationNs: 5e9 });
    const slow = goodPlan(...base, pod('alpha', limited('10k', '1M')), pod('beta'));
    expect(
      flowsOf(slow)
        .map((line) => line.replace(/^\d: /, ''))
        .sort(),
    ).toEqual([
      'default/alpha -> default/beta UDP egress 0.01M of default/alpha',
      'default/beta -> default/alpha UDP ingress 1M of default/alpha',
    ]);
  });
});

describe('the Scenario that init writes', () => {
  const closed = policy(
    'door',
    'podSelector: { matchLabels: { app: web } }, ingress: [ { from: [ { podSelector: { matchLabels: { app: client } } } ], ports: [ { port: 80 } ] } ]',
  );
  const manifests = [...base, deployment('web', 2, limited('100M', '200M')), pod('client'), pod('stranger'), closed];
  const inOneLine = (text: string) => [text];
  const draft = scenarioDraft(goodPlan(...manifests), ['all.yaml'], null, inOneLine);

  it('is read without a complaint, and says the flows, probes and expectations of the plan that it is made from', () => {
    const files = { 'lab/all.yaml': manifests.join('\n---\n'), 'lab/scenario.yaml': draft };
    const again = readManifests(['lab/scenario.yaml'], memoryFiles(files));
    const planned = makePlan(again.manifests);
    expect([...again.diagnostics, ...planned.diagnostics]).toEqual([]);
    const ends = ({ timeline }: Plan) =>
      timeline.flatMap((step) =>
        step.kind === 'traffic'
          ? step.flows.map(({ from, to, port, durationNs }) => [partyName(from), partyName(to), port, durationNs])
          : [],
      );
    expect(ends(planned.plan!)).toEqual(ends(goodPlan(...manifests)));
    expect(ends(planned.plan!)).toHaveLength(2);
  });

  it('asks of each policy what it allows and what it denies, and says why', () => {
    expect(draft).toContain('- { from: client, to: "web[0]", port: TCP/80, expect: allowed }');
    expect(draft).toMatch(
      /# ingress of default\/web-\S+ isolated by default\/door .*\n +- \{ from: \S+, to: "web\[0\]", port: TCP\/80, expect: denied \}/,
    );
  });

  it('goes on in a comment of its own where a comment goes over the edge', () => {
    const inTwo = (text: string, width: number) => [text.slice(0, 9), `${width}`];
    const broken = scenarioDraft(goodPlan(...manifests), ['all.yaml'], null, inTwo).split('\n');
    expect(broken.slice(0, 2)).toEqual(['# What ipvl', '# 78']);
    expect(broken).toContain('    # 74');
    expect(broken.filter((line) => /^ *# /.test(line) && line.length > 80)).toEqual([]);
  });

  it('begins with an example where there is no limit and no policy', () => {
    const plain = scenarioDraft(goodPlan(...base, pod('a'), pod('b')), ['all.yaml'], null, inOneLine);
    const files = { 'lab/all.yaml': [...base, pod('a'), pod('b')].join('\n---\n'), 'lab/scenario.yaml': plain };
    const again = readManifests(['lab/scenario.yaml'], memoryFiles(files));
    expect([...again.diagnostics, ...makePlan(again.manifests).diagnostics]).toEqual([]);
    expect(plain).toContain('#   - { from: a, to: b, duration: 5s, ping: true }');
  });
});

it('leaves the steps of a written timeline alone', () => {
  const written = scenario('nodes: [ { name: n1, interfaces: [ { name: ens192 } ] } ]\ntimeline:\n- wait: {}');
  expect(goodPlan(...base, pod('alpha', limited('100M', null)), pod('beta'), written).timeline).toHaveLength(1);
});
