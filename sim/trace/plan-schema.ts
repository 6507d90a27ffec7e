/**
 * The plan as it stands in the first record of a trace, checked when it is read back. Kept equal to `Plan` by the
 * type-level test in `schema.test.ts`.
 */
import { z } from 'zod';
import { chargeNames } from '../../dataplane/bandwidth/charge.ts';
import { engineNames } from '../../dataplane/bandwidth/engine.ts';
import { frameNames, PLAN_SCHEMA, wireDisciplines } from '../plan/plan.ts';
import { count, lines, text } from '../diagnostics/checked.ts';

const bps = z.number().positive();
const textMap = z.record(text, text);

const position = z.object({ file: text, line: z.int() });
const direction = z.enum(['ingress', 'egress']);
const protocol = z.enum(['TCP', 'UDP', 'SCTP']);

/** A rule as counters and reports name it. */
export const ruleNameSchema = z.object({
  ruleId: count,
  policy: text,
  direction,
  index: count,
  position: position.nullable(),
});

const labelSelector = z.object({
  matchLabels: textMap,
  matchExpressions: z.array(
    z.object({
      key: text,
      operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
      values: z.array(text),
    }),
  ),
});

const policyRule = z.object({
  index: count,
  position: position.nullable(),
  peers: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('pods'),
        podSelector: labelSelector.nullable(),
        namespaceSelector: labelSelector.nullable(),
      }),
      z.object({ kind: z.literal('ipBlock'), cidr: text, except: z.array(text) }),
    ]),
  ),
  ports: z.array(
    z.object({ protocol, port: z.union([z.number(), z.string()]).nullable(), endPort: z.number().nullable() }),
  ),
});

const networkPolicy = z.object({
  namespace: text,
  name: text,
  position: position.nullable(),
  podSelector: labelSelector,
  policyTypes: z.array(direction),
  ingress: z.array(policyRule),
  egress: z.array(policyRule),
});

const masterBase = { name: text, mtu: count, addresses: z.array(text) };
const master = z.discriminatedUnion('kind', [
  z.object({
    ...{ kind: z.literal('nic'), ...masterBase, gso: z.literal(false).exactOptional() },
    ...{ gsoMaxSize: count.exactOptional(), podGsoMaxSize: count.exactOptional() },
  }),
  z.object({ kind: z.literal('vlan'), ...masterBase, parent: text, vlanId: count }),
  z.object({ kind: z.literal('bond'), ...masterBase, parents: z.array(text), mode: count }),
]);

const route = z.object({ to: text, via: text.nullable() });

const limits = z.object({ ingressBps: bps.nullable(), egressBps: bps.nullable() });

const pod = z.object({
  namespace: text,
  name: text,
  endpointId: z.int().positive(),
  node: text,
  labels: textMap,
  owner: z.object({ kind: text, name: text }).nullable(),
  interfaces: z.array(
    z.object({
      name: text,
      network: text.nullable(),
      master: text,
      mode: z.enum(['l2', 'l3', 'l3s']),
      gso: z.literal(false).exactOptional(),
      gsoMaxSize: count.exactOptional(),
      isolation: z.enum(['bridge', 'private', 'vepa']),
      mtu: count,
      addresses: z.array(text),
      routes: z.array(route),
      pools: z.array(text),
    }),
  ),
  limits,
  enforced: z.boolean(),
  ports: z.array(z.object({ name: text.nullable(), protocol, port: count })),
  sysctls: z.array(z.object({ name: text, value: text })).exactOptional(),
});

const objectName = { namespace: text, name: text };

/** What a step or a command changes in the living cluster. */
export const clusterChangeSchema = z.object({
  applyPolicies: z.array(networkPolicy).exactOptional(),
  deletePolicies: z.array(z.object(objectName)).exactOptional(),
  setNamespaces: z.array(z.object({ name: text, labels: textMap })).exactOptional(),
  deleteNamespaces: z.array(text).exactOptional(),
  createPods: z.array(pod).exactOptional(),
  deletePods: z.array(z.object(objectName)).exactOptional(),
  labelPods: z.array(z.object({ ...objectName, labels: textMap })).exactOptional(),
  limitPods: z.array(z.object({ ...objectName, limits })).exactOptional(),
});

const party = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pod'), namespace: text, name: text }),
  z.object({ kind: z.literal('host'), name: text }),
  z.object({ kind: z.literal('node'), name: text }),
]);

const limitOf = { of: text, direction: z.enum(['egress', 'ingress']), limitBps: bps };

export const flowSchema = z.object({
  flowId: z.int().positive(),
  from: party,
  to: party,
  fromAddress: text,
  toAddress: text,
  protocol: z.enum(['TCP', 'UDP']),
  streams: z.int().positive(),
  durationNs: z.number().positive(),
  volume: z.object({ bytes: count, wireBytes: count, predictedNs: count.exactOptional() }).exactOptional(),
  offeredBps: bps.nullable(),
  offeredWireBps: bps.exactOptional(),
  datagramBytes: count.nullable(),
  port: z.int().min(1).max(65535).exactOptional(),
  ping: z.boolean(),
  generator: z.enum(['iperf3', 'ipvlane']).exactOptional(),
  congestion: text.exactOptional(),
  sendBufferBytes: z.int().positive().exactOptional(),
  receiveBufferBytes: z.int().positive().exactOptional(),
  ecn: z.boolean().exactOptional(),
  requests: z
    .object({
      everyNs: z.number().positive(),
      bytes: count,
      replyBytes: count,
      connection: z.literal('new').exactOptional(),
    })
    .exactOptional(),
  configuredBps: bps.nullable(),
  configuredBy: z.enum(['egress', 'ingress', 'underlay']).nullable(),
  limits: z
    .array(
      z.object({
        at: text,
        by: z.enum(['egress', 'ingress', 'underlay']),
        bps,
        takes: z.number().positive().exactOptional(),
      }),
    )
    .exactOptional(),
  share: z.object({ bps, at: text.nullable(), firstSecondBps: bps.exactOptional() }).exactOptional(),
  efficiency: z.number().exactOptional(),
  delayNs: count.exactOptional(),
  predictedGoodputBps: z.number().nonnegative().nullable(),
  measures: z.object({ ...limitOf, replicas: z.int().positive(), grainPct: z.number() }).exactOptional(),
});

const expectedValue = z.discriminatedUnion('of', [
  z.object({ of: z.literal('number'), value: z.number() }),
  z.object({ of: z.enum(['limit', 'mean limit', 'predicted']), times: z.number() }),
]);

const expectation = z.object({
  text,
  position: position.nullable(),
  flowId: count.nullable(),
  metric: z.enum([
    'wire_bps',
    'goodput_bps',
    'error_pct',
    'first_second_bps',
    'completion_ms',
    'retransmits',
    'lost_packets',
    'loss_pct',
    'rtt_idle_p50_us',
    'rtt_p50_us',
    'rtt_p95_us',
    'rtt_p99_us',
    'request_p50_us',
    'request_p95_us',
    'request_p99_us',
    'request_max_us',
    'requests_lost',
    'connect_p50_us',
    'connect_p99_us',
    'connections_per_s',
    'one_way_p50_us',
    'one_way_p99_us',
    'jitter_us',
    'fairness',
    'drops',
  ]),
  dropReason: text.nullable(),
  sumOf: z.array(z.int().positive()).exactOptional(),
  between: z.object({ fromNs: count, toNs: count }).exactOptional(),
  comparison: z.discriminatedUnion('op', [
    z.object({ op: z.enum(['<', '<=', '>', '>=', '==', '!=']), value: expectedValue }),
    z.object({ op: z.literal('within'), tolerancePct: z.number(), value: expectedValue }),
  ]),
});

const way = {
  trace: z.object({ file: text, momentsMs: z.array(count) }).exactOptional(),
  queue: z
    .object({
      discipline: z.enum(wireDisciplines),
      bytes: count.exactOptional(),
      packets: count.exactOptional(),
      timeNs: count.exactOptional(),
    })
    .exactOptional(),
  jitterNs: count.exactOptional(),
  lossPct: z.number().exactOptional(),
};

const linkWay = z.object({ ...way, rateBps: bps.nullable().exactOptional(), delayNs: count.exactOptional() });

const underlay = z.object({
  ...way,
  rateBps: bps.nullable(),
  delayNs: count,
  mtu: count,
  reorderPct: z.number().exactOptional(),
  duplicatePct: z.number().exactOptional(),
  links: z
    .array(
      z.object({
        of: text,
        interface: text.exactOptional(),
        behind: text.exactOptional(),
        mtu: count.exactOptional(),
        up: linkWay.exactOptional(),
        down: linkWay.exactOptional(),
      }),
    )
    .exactOptional(),
});

const stepBase = {
  index: count,
  name: text,
  position: position.nullable(),
  notBefore: z.object({ step: count, ns: count }).exactOptional(),
};
const step = z.discriminatedUnion('kind', [
  z.object({ ...stepBase, kind: z.literal('wait'), pods: z.array(party), timeoutNs: count }),
  z.object({
    ...stepBase,
    kind: z.literal('traffic'),
    flows: z.array(flowSchema),
    background: z.boolean().exactOptional(),
    expect: z.array(expectation),
  }),
  z.object({
    ...stepBase,
    kind: z.literal('inject'),
    injections: z.array(
      z.object({
        from: party,
        to: party,
        fromInterface: text,
        toInterface: text,
        fromAddress: text,
        toAddress: text,
        frame: z.enum(frameNames),
        count: z.int().positive(),
        without: z.enum(['endpoint', 'limit']).exactOptional(),
      }),
    ),
    expect: z.array(expectation),
  }),
  z.object({
    ...stepBase,
    kind: z.literal('probe'),
    probes: z.array(
      z.object({
        probeId: z.int().positive(),
        from: party,
        to: party,
        fromAddress: text,
        toAddress: text,
        protocol: z.enum(['TCP', 'UDP', 'SCTP', 'ICMP']),
        port: count,
        expect: z.enum(['allowed', 'denied', 'predicted']),
      }),
    ),
    timeoutNs: count,
  }),
  z.object({ ...stepBase, kind: z.literal('apply'), change: clusterChangeSchema }),
  z.object({ ...stepBase, kind: z.literal('delete'), change: clusterChangeSchema }),
  z.object({ ...stepBase, kind: z.literal('restart'), change: clusterChangeSchema }),
  z.object({ ...stepBase, kind: z.literal('label'), change: clusterChangeSchema }),
  z.object({ ...stepBase, kind: z.literal('scale'), change: clusterChangeSchema }),
  z.object({ ...stepBase, kind: z.literal('annotate'), change: clusterChangeSchema }),
  z.object({ ...stepBase, kind: z.literal('underlay'), underlay }),
  z.object({ ...stepBase, kind: z.literal('link'), node: text, interface: text, up: z.boolean() }),
  z.object({ ...stepBase, kind: z.literal('sleep'), durationNs: count }),
]);

export const planSchema = z.object({
  schema: z.literal(PLAN_SCHEMA),
  scenario: z.object({ name: text, description: lines.nullable(), file: text.nullable() }),
  engine: z.enum(engineNames).default('ipvlane'),
  underlay,
  nodes: z.array(
    z.object({
      name: text,
      masters: z.array(master),
      routes: z.array(route.extend({ device: text })).exactOptional(),
    }),
  ),
  hosts: z.array(
    z.object({
      name: text,
      mtu: count.exactOptional(),
      router: z.literal(true).exactOptional(),
      addresses: z.array(text),
      routes: z.array(route),
      portRoutes: z.array(route).exactOptional(),
    }),
  ),
  namespaces: z.array(z.object({ name: text, labels: textMap })),
  pods: z.array(pod),
  policies: z.array(networkPolicy),
  timeline: z.array(step),
  unmeasured: z.array(z.object({ ...limitOf, why: text })).exactOptional(),
  dataplane: z
    .object({
      maps: z.record(text, count),
      verifyAddresses: z.boolean(),
      fullConntrack: z.enum(['forget', 'refuse']).exactOptional(),
      charge: z.enum(chargeNames).exactOptional(),
      bursts: z.object({ ingressBits: count.exactOptional(), egressBits: count.exactOptional() }).exactOptional(),
    })
    .exactOptional(),
});
