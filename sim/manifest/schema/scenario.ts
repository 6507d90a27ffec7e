/**
 * The Scenario format (ipvlane.dev/v1alpha1): what a file may say. `scenarioJsonSchema` is the same as JSON Schema, for
 * editors. Described for people in docs/scenario-format.md.
 */
import * as z from 'zod';
import { unprintable } from '../../diagnostics/printable.ts';
import { cidrProblem } from '../objects/cidr.ts';
import { chargeNames, charges } from '../../../dataplane/bandwidth/charge.ts';
import { engineNames } from '../../../dataplane/bandwidth/engine.ts';
import { readRate } from '../../../dataplane/bandwidth/rate.ts';
import { parseByteCount } from '../scenario/byte-count.ts';
import { problem, readAs, rule, type Refining } from '../check-schema.ts';
import { DURATION, parseDuration } from '../scenario/duration.ts';
import { parseExpectation, type Expectation } from '../scenario/expectation.ts';
import { frameNames, namedFrames } from '../scenario/frame-names.ts';
import { generators } from '../scenario/generators.ts';
import { dnsSubdomainProblem, interfaceNameProblem } from '../objects/names.ts';
import { groupProblem } from '../scenario/group-address.ts';
import type { NamedPort, ScenarioPort } from '../manifests.ts';
import { PARTY_HELP, addressForParty, parseMachine, parseParty } from '../scenario/party.ts';
import type { MachineReference, PartyReference } from '../scenario/party.ts';
import { PERCENTAGE, parsePercentage } from '../scenario/percentage.ts';
import { LAST_PORT, isPortNumber } from '../objects/port-number.ts';
import { PORT_NAME, WRITTEN_PORT, WRITTEN_PORT_HELP, parseWrittenPort } from '../scenario/scenario-port.ts';
import { wireDisciplines } from '../scenario/wire-disciplines.ts';
import { annotateStep, deleteStep, labelStep, restartStep, scaleStep } from './change-step.ts';
import { labels, namedMetadata } from './metadata.ts';
import { taint } from './scheduling.ts';

export const SCENARIO_API_VERSION = 'ipvlane.dev/v1alpha1';

/** What a step may do; each step has exactly one of them. */
export const verbs = [
  ...(['wait', 'traffic', 'probe', 'apply', 'delete', 'restart', 'label', 'scale', 'annotate'] as const),
  ...(['inject', 'underlay', 'link', 'sleep', 'steps'] as const),
] as const;

/** Of a step inside of another. */
const singleVerbs = verbs.filter((verb) => verb !== 'steps');

const DURATION_HELP = 'write a number with a unit: `100us`, `1.5ms`, `8s`, `1m`';

/** Nanoseconds. @param isTime whether no time at all is none */
const nanoseconds = (isTime: boolean) =>
  readAs(z.string({ error: DURATION_HELP }), 1, (text, refuse) => {
    const ns = parseDuration(text);
    if (ns === null) return refuse('E215', `\`${text}\` is not a duration`, DURATION_HELP);
    return isTime && ns === 0 ? refuse('E215', `\`${text}\` is no time at all`, 'write more than 0') : ns;
  }).meta({ pattern: DURATION.source, description: 'A number with a unit: ns, us, ms, s or m.' });

const duration = nanoseconds(false);
const positiveDuration = nanoseconds(true);

const bitsPerSecond = (example: string) =>
  readAs(z.union([z.string(), z.number()]), 1e6, (written, refuse) => {
    const read = readRate(String(written));
    return typeof read === 'string' ? refuse('E410', read, `write bits per second: \`${example}\``) : read;
  }).meta({ description: 'Bits per second as a Kubernetes quantity: 100M is 100 000 000 bit/s.' });

const BYTES_HELP = 'write a whole number of bytes as a Kubernetes quantity: `200`, `10M`, `10Mi`';

/** Of one unit as a Kubernetes quantity. */
const count = (unit: 'byte' | 'bit', help: string, description: string) =>
  readAs(z.union([z.string(), z.number()], { error: help }), 1, (written, refuse) => {
    const read = parseByteCount(String(written), unit);
    return typeof read === 'string' ? refuse('E224', `\`${written}\` ${read}`, help) : read;
  }).meta({ description });

const byteCount = count('byte', BYTES_HELP, 'Bytes as a Kubernetes quantity: 10M is 10 000 000.');

const BITS_HELP = 'write a whole number of bits as a Kubernetes quantity: `1M`, `800k`';

/** As the CNI plugin `bandwidth` has it. */
const burst = count('bit', BITS_HELP, 'Bits as a Kubernetes quantity: 1M is 1 000 000.');

const cidr = rule('E212', cidrProblem);

/** Who refers to it says where it stands; what reads a text knows no way to it. */
const NO_WAY: readonly [] = [];

/** Stands for what is wrong, which has been told. */
const SOMEBODY = { kind: 'node', text: 'node:somebody', name: 'somebody', path: NO_WAY } as const;

const party = readAs<z.ZodString, PartyReference>(z.string(), SOMEBODY, (text, refuse) => {
  const { what, help } = addressForParty(text) ?? { what: 'is not a party', help: PARTY_HELP };
  return parseParty(text, NO_WAY) ?? refuse('E216', `\`${text}\` ${what}`, help);
}).meta({
  description: 'A pod or workload ([namespace/]name, workload[i]), host:NAME or node:NAME.',
});

const parties = z.union([party, z.array(party).min(1)]);

const SOME_PORT = { protocol: 'TCP', port: 1, path: NO_WAY } as ScenarioPort | NamedPort;

const port = readAs(z.union([z.string(), z.number()], { error: WRITTEN_PORT_HELP }), SOME_PORT, (written, refuse) => {
  return parseWrittenPort(written, NO_WAY) ?? refuse('E211', `\`${written}\` is not a port`, WRITTEN_PORT_HELP);
}).meta({
  pattern: WRITTEN_PORT.source,
  description:
    'A number is of TCP: 80, TCP/80, UDP/53, SCTP/132, ICMP. A name is that of a container port of the receiver: http, UDP/dns.',
});

const mtu = z.int().min(68).max(65535);

/** Below it the kernel's room for headers (MAX_TCP_HEADER) leaves nothing, and the difference wraps around. */
const LEAST_GSO = 2048;
/** GSO_LEGACY_MAX_SIZE: above it is BIG TCP. */
const MOST_GSO = 65_536;

const gsoMaxSize = z
  .int()
  .min(LEAST_GSO)
  .superRefine((bytes, context) => {
    if (bytes <= MOST_GSO) return;
    const why = `super-packets of ${bytes} bytes are BIG TCP, which neither the programs nor the limits here reckon with`;
    problem(context, 'E222', [], why, `write ${MOST_GSO} at most`);
  });

/** GRO is never on in a lab, and saying so changes nothing. */
const gro = z
  .boolean()
  .superRefine((on, context) => {
    if (!on) return;
    const why =
      "nothing here merges frames again: a lab's NIC is a veth, which hands frames to GRO only if its peer has no TSO, and the wire's port has";
    problem(context, 'E222', [], why, 'remove it, or write `gro: false`, as it is');
  })
  .meta({ description: 'Whether frames that arrive are merged: never, so only `false` may be written.' });

const noGro = z
  .unknown()
  .superRefine((_, context) => {
    problem(
      context,
      'E222',
      [],
      'nothing here merges frames again (GRO), so there is no largest of those',
      'remove it',
    );
  })
  .meta({ not: {}, description: 'Not modelled: nothing here merges frames again.' });

const PERCENTAGE_HELP = 'write a number from 0 to 100 and its sign: `1%`, `0.1%`';

const percentage = readAs(z.string(), 0, (text, refuse) => {
  return parsePercentage(text) ?? refuse('E220', `\`${text}\` is not a percentage`, PERCENTAGE_HELP);
})
  .meta({ pattern: PERCENTAGE.source, description: 'Of the packets, each way: 1%.' })
  .optional();

/** What may change while the lab lives. */
const bufferSize = z.int().min(1).max(1_000_000_000).optional();

const queue = z
  .strictObject({
    bytes: bufferSize.describe('Bytes of frames that may wait, with their Ethernet headers.'),
    packets: bufferSize.describe('Frames that may wait.'),
    time: positiveDuration.optional().describe('As much as the rate carries in that time.'),
    discipline: z
      .enum(wireDisciplines)
      .optional()
      .describe('Who is let out next, and who is dropped; without it fifo: what does not fit any more.'),
  })
  .describe('The buffer in front of the rate; without it 10 ms or a round trip of it, 256 KiB at least.');

const SHOWN_HELP = 'leave that letter out';
/** Free text in one line, as faces show it. */
const shownLine = rule('E225', unprintable, SHOWN_HELP);

/** Of the wire, and of each way of a link. */
const way = {
  queue: queue.optional(),
  rate: bitsPerSecond('10G').optional(),
  trace: shownLine
    .optional()
    .describe('File with the rate over time: each line a moment in ms at which a packet of 1500 bytes may leave.'),
  delay: duration.optional(),
  jitter: duration.optional().describe('How much a packet may be early or late of the delay.'),
  loss: percentage,
};

const MACHINE_HELP = 'write a machine on the wire: `host:NAME` or `node:NAME`';

const machine = readAs<z.ZodString, MachineReference>(z.string(), SOMEBODY, (text, refuse) => {
  return parseMachine(text, NO_WAY) ?? refuse('E216', `\`${text}\` is no machine on the wire`, MACHINE_HELP);
}).meta({ description: 'host:NAME or node:NAME.' });

const linkWay = z
  .strictObject(way)
  .describe("`rate`, `trace` and `queue` in place of the wire's; `delay`, `jitter` and `loss` beside the wire's.")
  .meta({ id: 'linkWay' });

const link = z
  .strictObject({
    of: machine.describe('The machine at its end: host:NAME or node:NAME.'),
    interface: z.string().optional().describe('Of a node, which network interface; without it, each of them.'),
    up: linkWay.optional().describe('What the machine sends.'),
    down: linkWay.optional().describe('What comes to it.'),
  })
  .superRefine(({ of, interface: nic, up, down }, context) => {
    if (up === undefined && down === undefined) {
      problem(
        context,
        'E203',
        [],
        'a link needs an `up` or a `down`',
        'add what is different there: `up: { rate: 10M }`',
      );
    }
    if (nic !== undefined && of.kind === 'host') {
      problem(context, 'E201', ['interface'], 'a host has one network interface', 'remove it');
    }
  })
  .meta({ id: 'link' });

const wire = {
  ...way,
  reorder: percentage.describe('Packets that are not delayed, and overtake the others.'),
  duplicate: percentage,
  links: z.array(link).min(1).optional().describe('Where a machine meets the wire by another link than the others.'),
};

const machineName = rule('E208', dnsSubdomainProblem);
const family = z.enum(['IPv4', 'IPv6']).optional();

/** Patterns that a kubelet takes: below what Linux has one of in each namespace. */
const UNSAFE_SYSCTLS = /^(kernel[./](shm|msg)|kernel[./]sem$|fs[./]mqueue[./]|net[./])[-._/a-z0-9]*\*?$/;

const node = z.strictObject({
  name: machineName,
  labels: labels.optional(),
  taints: z.array(taint).optional().describe('Keep away pods that do not tolerate them.'),
  unschedulable: z.boolean().optional().describe('true: cordoned, as by `kubectl cordon`.'),
  allowedUnsafeSysctls: z
    .array(
      rule(
        'E208',
        (pattern) => (UNSAFE_SYSCTLS.test(pattern) ? null : 'is no sysctl of a namespace'),
        'write a name or the beginning of names: `net.core.somaxconn`, `net.ipv4.tcp_*`',
      ),
    )
    .optional()
    .describe('What its kubelet allows in pods beside the safe sysctls, as its --allowed-unsafe-sysctls.'),
  interfaces: z
    .array(
      z
        .strictObject({
          name: rule('E208', interfaceNameProblem),
          mtu: mtu.optional(),
          gso: z.literal(false).optional().describe('false: no super-packets, every frame is sent by itself.'),
          gsoMaxSize: gsoMaxSize
            .optional()
            .describe('Of the interface itself, as `ip link set ... gso_max_size`; bytes.'),
          podGsoMaxSize: gsoMaxSize.optional().describe('The same of the ipvlan interfaces of pods on it; bytes.'),
          gro: gro.optional(),
          groMaxSize: noGro.optional(),
          addresses: z.array(cidr).optional(),
        })
        .superRefine((nic, context) => {
          for (const field of ['gsoMaxSize', 'podGsoMaxSize'] as const)
            if (nic.gso === false && nic[field] !== undefined)
              problem(
                context,
                'E223',
                [field],
                'with `gso: false` no super-packets are made, of no size',
                'remove one of both',
              );
        }),
    )
    .optional(),
});

/** What only our own generator does, and only over TCP. */
const TCP_FIELDS = ['congestion', 'ecn', 'requests', 'bytes'] as const;

const requests = z
  .strictObject({
    every: positiveDuration.optional().describe('From one request to the next; without it, 10ms.'),
    bytes: byteCount.optional().describe('Of a request; without it, 100.'),
    reply: byteCount.optional().describe('Bytes of the reply; without it, 100.'),
    connection: z
      .enum(['kept', 'new'])
      .optional()
      .describe(
        'new: each request on a TCP connection of its own, whose making is measured; without it, connections stay.',
      ),
  })
  .describe('Requests and replies over TCP in place of bulk: an open loop, one request at every interval.');

const FLOW_PORT_HELP =
  'write a number from 1 to 65535, or the name of a container port, alone: `protocol` says whether TCP or UDP';

const flowPort = z
  .union([z.string(), z.number()], { error: FLOW_PORT_HELP })
  .superRefine((written, context) => {
    const isOne = typeof written === 'string' ? PORT_NAME.test(written) : isPortNumber(written);
    if (!isOne) problem(context, 'E211', [], `\`${written}\` is not a port of a flow`, FLOW_PORT_HELP);
  })
  .meta({ pattern: PORT_NAME.source, minimum: 1, maximum: LAST_PORT, multipleOf: 1 });

const group = rule(
  'E423',
  (text) => groupProblem(text),
  'write a group such as `239.1.1.1` or `ff05::101`, or the broadcast address of a subnet',
).meta({
  description:
    'Send one stream of datagrams to this multicast group, which each of `to` has joined, or to this broadcast address.',
});

/** What cannot be said beside `group`, with why and a remedy. */
const BESIDE_GROUP = {
  requests: 'requests have one receiver each',
  ping: 'a group does not answer',
  streams: 'a group is sent one stream',
} as const;

function refineGroup(
  flow: { readonly [Field in keyof typeof BESIDE_GROUP | 'group' | 'protocol' | 'port' | 'generator']?: unknown },
  context: Refining,
): void {
  if (flow.group === undefined) return;
  if (flow.protocol !== 'UDP') {
    problem(context, 'E203', ['group'], 'only UDP is sent to a group', 'add `protocol: UDP` and a `rate`');
  }
  for (const [field, why] of Object.entries(BESIDE_GROUP)) {
    const value = flow[field as keyof typeof BESIDE_GROUP];
    if (value === undefined || value === false || value === 1) continue;
    problem(context, 'E201', [field], `${why}, so \`${field}\` has no meaning beside \`group\``, 'remove it');
  }
  if (typeof flow.port === 'string') {
    const message = 'a named port is that of one receiver, and a group has one for all';
    problem(context, 'E201', ['port'], message, 'write its number');
  }
  if (flow.generator === 'iperf3') {
    problem(
      context,
      'E201',
      ['generator'],
      'iperf3 does not send to groups',
      'remove it, or write `generator: ipvlane`',
    );
  }
}

const flow = z
  .strictObject({
    from: parties.describe('Who sends: one pod, host or node.'),
    to: parties.describe('Who receives.'),
    group: group.optional(),
    protocol: z.enum(['TCP', 'UDP']).optional(),
    streams: z.int().min(1).max(128).optional(),
    duration: positiveDuration.optional(),
    bytes: byteCount
      .optional()
      .describe('Payload to send in place of as much as `duration` takes; how long it took is measured.'),
    rate: bitsPerSecond('50M').optional(),
    datagram: z.int().min(1).max(65507).optional().describe('UDP payload in bytes.'),
    port: flowPort
      .optional()
      .describe(
        'Where the receiver listens, by number or by the name of a container port; without it, a port that nobody else uses.',
      ),
    family,
    ping: z.boolean().optional().describe('Measure round trips, idle and under load.'),
    generator: z.enum(generators).optional().describe('Who makes the traffic.'),
    congestion: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,14}$/)
      .optional()
      .describe('TCP congestion control of the sender: cubic, reno, bbr.'),
    ecn: z.boolean().optional().describe('Whether the sender asks for ECN.'),
    sendBuffer: byteCount.optional().describe('What the sender asks for by SO_SNDBUF; the kernel keeps twice that.'),
    receiveBuffer: byteCount
      .optional()
      .describe('What the receiver asks for by SO_RCVBUF; the kernel keeps twice that.'),
    requests: requests.optional(),
  })
  .superRefine((flow, context) => {
    for (const field of ['sendBuffer', 'receiveBuffer'] as const) {
      if (flow[field] === undefined) continue;
      if (flow.generator === 'iperf3') {
        const help = 'remove one of the two, or write `generator: ipvlane`';
        problem(context, 'E201', [field], `iperf3 does not make a flow with \`${field}\``, help);
      } else if (flow.requests?.connection === 'new') {
        const help =
          'remove it, or set `net.ipv4.tcp_rmem` and `net.ipv4.tcp_wmem` of the pods (securityContext.sysctls)';
        problem(context, 'E201', [field], `requests with \`connection: new\` have no \`${field}\``, help);
      }
    }
  })
  .superRefine(refineGroup)
  .superRefine(({ protocol, rate, datagram, generator, congestion, ecn, requests: asked, bytes }, context) => {
    const written = { congestion, ecn, requests: asked, bytes };
    for (const field of TCP_FIELDS) {
      if (written[field] === undefined) continue;
      if (protocol === 'UDP') {
        problem(context, 'E201', [field], `\`${field}\` is for TCP flows only`, 'remove it, or write `protocol: TCP`');
      } else if (generator === 'iperf3') {
        const help = 'remove one of the two, or write `generator: ipvlane`';
        problem(context, 'E201', [field], `iperf3 does not make a flow with \`${field}\``, help);
      }
    }
    if (asked !== undefined && bytes !== undefined) {
      const help =
        'remove it: `every` and `duration` say how many requests there are, `bytes` and `reply` inside of `requests` how large';
      problem(context, 'E201', ['bytes'], 'a flow of requests has no `bytes` of its own', help);
    }
    if (asked !== undefined && rate !== undefined) {
      const help = 'remove it: `every` and `bytes` say how much is offered';
      problem(context, 'E201', ['rate'], 'a flow of requests has no `rate`', help);
    }
    if (protocol === 'UDP' && rate === undefined) {
      problem(
        context,
        'E203',
        ['protocol'],
        'a UDP flow needs a `rate`',
        'say how much is offered, for example `rate: 50M`',
      );
    }
    if (protocol !== 'UDP' && datagram !== undefined) {
      problem(context, 'E201', ['datagram'], '`datagram` is for UDP flows only', 'remove it, or write `protocol: UDP`');
    }
  });

const probe = z
  .strictObject({
    from: parties,
    to: parties,
    port: port.optional(),
    ports: z.array(port).min(1).optional(),
    family,
    expect: z.enum(['allowed', 'denied', 'predicted']).optional(),
  })
  .superRefine(({ port: one, ports }, context) => {
    if (one === undefined && ports === undefined) {
      problem(context, 'E203', [], 'a probe needs a `port`', 'add `port: TCP/80`, or `ports: [TCP/80, ICMP]`');
    }
    if (one !== undefined && ports !== undefined) {
      problem(
        context,
        'E201',
        ['port'],
        'a probe may not have both `port` and `ports`',
        'put all of them under `ports`',
      );
    }
  });

const injection = z
  .strictObject({
    from: party.describe('Whose network interface the frame leaves: one pod, host or node.'),
    to: party.describe('Whom it is addressed to.'),
    frame: z.enum(frameNames).describe('Which of the named frames.'),
    count: z.int().min(1).max(100_000).optional().describe('How many of it; without it, 1.'),
    without: z
      .enum(['endpoint', 'limit'])
      .optional()
      .describe('What the dataplane has lost of the sender while it sends: its entry in `endpoints`, or in `limits`.'),
    family,
  })
  .superRefine(({ frame, family: asked }, context) => {
    const { family: only } = namedFrames[frame];
    if (only === null || asked === undefined || asked === only) return;
    problem(context, 'E201', ['family'], `a frame \`${frame}\` is of ${only} alone`, 'remove it');
  });

/** What stands for one that is wrong fits any step. */
const ANYTHING_EXPECTED: Expectation = {
  text: 'drops >= 0',
  path: NO_WAY,
  flow: null,
  metric: 'drops',
  dropReason: null,
  sum: false,
  between: null,
  comparison: { op: '>=', value: { of: 'number', value: 0 } },
};

const expectation = readAs(z.string(), ANYTHING_EXPECTED, (text, refuse) => {
  const parsed = parseExpectation(text, NO_WAY);
  return 'message' in parsed ? refuse('E217', parsed.message, parsed.help, parsed) : parsed;
});

/** Frames have no rate and no round trips, and are no flow. */
function refineInjected(expected: readonly Expectation[], context: Refining): void {
  for (const [i, { metric, flow: one }] of expected.entries()) {
    if (metric === 'drops' && one === null) continue;
    const help = 'write for example `drops.INVALID_SOURCE == 1`';
    problem(context, 'E217', ['expect', i], 'a step with `inject` knows `drops` alone, of all its frames', help);
  }
}

const stepFields = {
  name: shownLine.optional(),
  wait: z.strictObject({ pods: z.array(party).optional(), timeout: positiveDuration.optional() }).optional(),
  traffic: z.array(flow).min(1).optional(),
  expect: z
    .array(expectation)
    .optional()
    .describe('Expectations on every flow of the step: `error_pct within 3`, `drops.EDT_HORIZON == 0`.'),
  inject: z
    .array(injection)
    .min(1)
    .optional()
    .describe('Single frames as no socket sends them; `expect` beside it speaks of `drops` alone.'),
  probe: z.array(probe).min(1).optional(),
  timeout: positiveDuration.optional().describe('How long a probe may stay unanswered before it counts as denied.'),
  background: z.boolean().optional().describe('Of a step with traffic: go on to the next step while it flows.'),
  apply: z
    .array(shownLine)
    .min(1)
    .optional()
    .describe('Files with NetworkPolicies, Namespaces, Pods or workloads, relative to this file.'),
  delete: deleteStep.optional().describe('NetworkPolicies as [namespace/]name; `pod: NAME`, `deployment: NAME`, …'),
  restart: restartStep
    .optional()
    .describe('Pods go, and others come in their place: of a workload by its controller, of that name otherwise.'),
  label: labelStep.optional().describe('New labels of pods or a namespace; null takes one away.'),
  scale: scaleStep.optional().describe('How many replicas a workload has from now on.'),
  annotate: annotateStep
    .optional()
    .describe('New annotations of pods; null takes one away. Bandwidth changes at once.'),
  underlay: z.strictObject(wire).optional().describe('What becomes of the wire; the rest of it stays.'),
  link: z
    .strictObject({ node: machineName, interface: z.string(), state: z.enum(['up', 'down']) })
    .optional()
    .describe('Pulls the cable of a node, or plugs it in again.'),
  sleep: positiveDuration.optional(),
  repeat: z.int().min(2).max(1000).optional().describe('How often it is done, one after the other.'),
  every: positiveDuration
    .optional()
    .describe('Of a step with `repeat`: from the beginning of one to that of the next; without it, at once.'),
};

/** One that has no steps of its own. */
const singleStep = z.strictObject(stepFields).superRefine((written, context) => {
  refineStep(written, singleVerbs, context);
});

export const step = z
  .strictObject({
    ...stepFields,
    steps: z.array(singleStep).min(1).optional().describe('Several in a row, to be repeated together.'),
  })
  .superRefine((written, context) => {
    refineStep(written, verbs, context);
  })
  .meta({ id: 'step' });

type StepFields = { readonly [Key in keyof typeof stepFields]?: z.output<(typeof stepFields)[Key]> | undefined };

/** @param possible the verbs that it may have */
function refineStep(
  written: StepFields & { readonly steps?: unknown },
  possible: readonly (typeof verbs)[number][],
  context: Refining,
): void {
  const said = possible.filter((verb) => written[verb] !== undefined);
  const first = said[0];
  const known = possible.join(', ');
  if (first === undefined) problem(context, 'E218', [], 'a step needs a verb', `write one of ${known}`);
  for (const verb of said.slice(1)) {
    problem(
      context,
      'E218',
      [verb],
      `a step has one verb, and this one has \`${first ?? ''}\` already`,
      `make \`${verb}\` a step of its own`,
    );
  }
  if (written.inject !== undefined) refineInjected(written.expect ?? [], context);
  if (written.expect !== undefined && written.traffic === undefined && written.inject === undefined) {
    problem(
      context,
      'E218',
      ['expect'],
      '`expect` belongs to a step with `traffic` or `inject`',
      'move it beneath the traffic it is about (a probe has its own `expect`)',
    );
  }
  if (written.background !== undefined && written.traffic === undefined) {
    problem(
      context,
      'E218',
      ['background'],
      '`background` belongs to a step with `traffic`',
      'move it beside the traffic that is to go on while other steps follow',
    );
  }
  if (written.timeout !== undefined && written.probe === undefined) {
    problem(
      context,
      'E218',
      ['timeout'],
      '`timeout` belongs to a step with `probe`',
      'for `wait`, write it inside: `wait: { timeout: 30s }`',
    );
  }
  if (written.every !== undefined && written.repeat === undefined) {
    const help = 'say how often: `repeat: 5`';
    problem(context, 'E218', ['every'], '`every` belongs to a step with `repeat`', help);
  }
}

/** Steps that a timeline comes to, those that are repeated counted as often. */
function stepCount(timeline: readonly CountedStep[]): number {
  return timeline.reduce(
    (sum, { repeat = 1, steps }) => sum + repeat * (steps === undefined ? 1 : stepCount(steps)),
    0,
  );
}

interface CountedStep {
  readonly repeat?: number | undefined;
  readonly steps?: readonly CountedStep[] | undefined;
}

const MOST_STEPS = 10_000;

const timeline = z.array(step).superRefine((written, context) => {
  const count = stepCount(written);
  if (count <= MOST_STEPS) return;
  problem(
    context,
    'E218',
    [],
    `the timeline comes to ${count} steps, and ${MOST_STEPS} are the most`,
    'repeat less often',
  );
});

const entries = z.int().min(1).max(0x7fffffff).optional();

/** The maps of the dataplane, as dataplane/bpf/maps.h names them. */
const mapRooms = z.strictObject({
  endpoints: entries,
  addresses: entries,
  identities: entries,
  policy: entries,
  conntrack: entries,
  fragments: entries,
  limits: entries,
  flows: entries,
  counters: entries,
  drops: entries,
});

export const scenarioSpec = z.strictObject({
  description: rule('E225', (text) => unprintable(text.replace(/\r?\n/g, ' ')), SHOWN_HELP).optional(),
  engine: z.enum(engineNames).optional().describe('What enforces the limits: ipvlane (ours), or another to compare.'),
  manifests: z
    .array(shownLine)
    .min(1)
    .optional()
    .describe('Files or folders relative to this file; without it, the folder of this file.'),
  nodes: z.array(node).min(1).optional(),
  underlay: z
    .strictObject({ ...wire, mtu: mtu.optional() })
    .optional()
    .describe('The wire between the nodes.'),
  hosts: z
    .array(
      z.strictObject({
        name: machineName,
        mtu: mtu.optional().describe("Of its link; without it, the wire's."),
        router: z.boolean().optional().describe('true: it forwards packets to and from the hosts behind it.'),
        behind: machineName.optional().describe('The router that its link leads to; without it, the underlay.'),
        addresses: z.array(cidr).min(1),
      }),
    )
    .optional()
    .describe('Machines outside the cluster.'),
  dataplane: z
    .strictObject({
      maps: mapRooms.optional().describe('Room of the eBPF maps, in entries.'),
      verifyAddresses: z
        .boolean()
        .optional()
        .describe('Whether a pod may use its own addresses alone; without it, true.'),
      fullConntrack: z
        .enum(['forget', 'refuse'])
        .optional()
        .describe('A full map of connections forgets the least used one (without it), or refuses a new one.'),
      charge: z
        .enum(chargeNames)
        .optional()
        .describe(
          `What a frame is charged against a limit of a pod (without it, l2). ${Object.entries(charges)
            .map(([name, { meaning }]) => `${name}: ${meaning}`)
            .join('. ')}.`,
        ),
      ingressBurst: burst.optional().describe('Of the engine cni-bandwidth: what its bucket for ingress holds.'),
      egressBurst: burst.optional().describe('Of the engine cni-bandwidth: what its bucket for egress holds.'),
    })
    .optional()
    .describe('Of the eBPF programs and their maps.'),
  timeline: timeline.optional(),
});

/** The whole object, as JSON Schema (draft 2020-12). */
export function scenarioJsonSchema(): Record<string, unknown> {
  const scenario = z.strictObject({
    apiVersion: z.literal(SCENARIO_API_VERSION),
    kind: z.literal('Scenario'),
    metadata: namedMetadata(dnsSubdomainProblem),
    spec: scenarioSpec,
  });
  return {
    title: 'ipvlane Scenario',
    ...z.toJSONSchema(scenario, {
      io: 'input',
      override({ zodSchema, jsonSchema }) {
        // zod's schema says each verb is optional; that exactly one is there only its refinement knows.
        if (zodSchema === step) jsonSchema.oneOf = verbs.map((verb) => ({ required: [verb] }));
        // A step within a step is one as any other, but for `steps`.
        if (zodSchema === singleStep) {
          for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
          Object.assign(jsonSchema, { $ref: '#/$defs/step', not: { required: ['steps'] } });
        }
      },
    }),
  };
}
