/** The Scenario that is planned from, of a document that fits its schema: each thing with its way, each absence a null. */
import type { Bursts } from '../../../dataplane/bandwidth/bursts.ts';
import { head } from '../objects/build-objects.ts';
import { buildAnnotate, buildDelete, buildLabel, buildRestart, buildScale } from './build-change.ts';
import type { AppliedObjects } from './change-request.ts';
import type { Expectation } from './expectation.ts';
import type { Path, ScenarioHost, ScenarioLink, ScenarioManifest, ScenarioSpec } from '../manifests.ts';
import type { ScenarioStep, ScenarioUnderlay, ScenarioWay } from '../manifests.ts';
import type { PartyReference } from './party.ts';
import type { RawObject } from '../objects/read-object.ts';

export type RawScenario = Extract<RawObject, { kind: 'Scenario' }>;
type WrittenSpec = RawScenario['content']['spec'];
type WrittenStep = NonNullable<WrittenSpec['timeline']>[number];

/** Reads what the files of an `apply` step bring; `path` is the way to the list of their names. */
export type ReadApplied = (files: readonly string[], path: Path) => AppliedObjects;

/** Reads a file of moments; `path` is the way to its name. */
export type ReadTrace = (file: string, path: Path) => readonly number[];

export interface FilesOfScenario {
  readonly applied: ReadApplied;
  readonly trace: ReadTrace;
}

export function buildScenario(raw: RawScenario, read: FilesOfScenario): ScenarioManifest {
  const { description, engine, nodes, underlay, hosts, dataplane, timeline } = raw.content.spec;
  const spec: ScenarioSpec = {
    description: description?.trim() ?? null,
    engine: engine ?? null,
    nodes: nodes?.map(buildNode) ?? null,
    underlay: buildUnderlay(underlay ?? {}, ['spec', 'underlay'], read.trace),
    hosts: (hosts ?? []).map(buildHost),
    dataplane:
      dataplane === undefined
        ? null
        : {
            maps: dataplane.maps ?? {},
            verifyAddresses: dataplane.verifyAddresses ?? null,
            fullConntrack: dataplane.fullConntrack ?? null,
            charge: dataplane.charge ?? null,
            bursts: buildBursts(dataplane),
          },
    timeline: (timeline ?? []).flatMap((step, i) => buildSteps(step, ['spec', 'timeline', i], read)),
  };
  return { ...head(raw, 'Scenario'), spec };
}

function buildBursts({ ingressBurst, egressBurst }: NonNullable<WrittenSpec['dataplane']>): Bursts {
  return {
    ...(ingressBurst === undefined ? {} : { ingressBits: ingressBurst }),
    ...(egressBurst === undefined ? {} : { egressBits: egressBurst }),
  };
}

function buildHost({ name, mtu, router, behind, addresses }: NonNullable<WrittenSpec['hosts']>[number]): ScenarioHost {
  return { name, mtu: mtu ?? null, router: router ?? false, behind: behind ?? null, addresses };
}

function buildUnderlay(
  written: NonNullable<WrittenSpec['underlay']>,
  path: Path,
  readTrace: ReadTrace,
): ScenarioUnderlay {
  const { mtu, reorder, duplicate, links = [] } = written;
  return {
    ...buildWay(written, path, readTrace),
    mtu: mtu ?? null,
    reorderPct: reorder ?? null,
    duplicatePct: duplicate ?? null,
    links: links.map((link, i) => buildLink(link, [...path, 'links', i], readTrace)),
  };
}

type WrittenLink = NonNullable<NonNullable<WrittenSpec['underlay']>['links']>[number];

function buildLink({ of, interface: nic, up, down }: WrittenLink, path: Path, readTrace: ReadTrace): ScenarioLink {
  return {
    path,
    of: { ...of, path: [...path, 'of'] },
    interface: nic ?? null,
    up: up === undefined ? null : buildWay(up, [...path, 'up'], readTrace),
    down: down === undefined ? null : buildWay(down, [...path, 'down'], readTrace),
  };
}

function buildWay(written: NonNullable<WrittenLink['up']>, path: Path, readTrace: ReadTrace): ScenarioWay {
  const { rate, trace, queue, delay, jitter, loss } = written;
  return {
    rateBps: rate ?? null,
    trace: trace === undefined ? null : { file: trace, momentsMs: readTrace(trace, [...path, 'trace']) },
    queue:
      queue === undefined
        ? null
        : {
            bytes: queue.bytes ?? null,
            packets: queue.packets ?? null,
            timeNs: queue.time ?? null,
            discipline: queue.discipline ?? null,
          },
    delayNs: delay ?? null,
    jitterNs: jitter ?? null,
    lossPct: loss ?? null,
  };
}

function buildNode(written: NonNullable<WrittenSpec['nodes']>[number]) {
  const { name, labels = {}, taints = [], unschedulable = false, allowedUnsafeSysctls = [], interfaces } = written;
  return {
    name,
    labels,
    taints,
    unschedulable,
    allowedUnsafeSysctls,
    interfaces:
      interfaces?.map((nic) => ({
        name: nic.name,
        mtu: nic.mtu ?? null,
        gso: nic.gso ?? true,
        gsoMaxSize: nic.gsoMaxSize ?? null,
        podGsoMaxSize: nic.podGsoMaxSize ?? null,
        addresses: nic.addresses ?? [],
      })) ?? null,
  };
}

type SingleStep = Omit<WrittenStep, 'steps'>;

/** A step as often as it is to be done, its own steps one after the other. */
function buildSteps(written: WrittenStep, path: Path, read: FilesOfScenario): readonly ScenarioStep[] {
  const inner = (written.steps ?? []).flatMap((step, i) => buildSteps(step, [...path, 'steps', i], read));
  const own = written.steps === undefined ? buildStep(written, path, read) : null;
  const once = own === null ? inner : [own];
  const { repeat, every } = written;
  if (repeat === undefined) return once;
  const everyNs = every ?? null;
  return Array.from({ length: repeat }, (_, turn) =>
    once.map((step, i) => ({
      ...step,
      turn: `${turn + 1} of ${repeat}${step.turn === null ? '' : `, ${step.turn}`}`,
      ...(i === 0 && turn > 0 && everyNs !== null
        ? { notBefore: { stepsBack: turn * once.length, ns: turn * everyNs } }
        : {}),
    })),
  ).flat();
}

function buildStep(written: SingleStep, path: Path, read: FilesOfScenario): ScenarioStep | null {
  const base = { name: written.name ?? null, path, turn: null, notBefore: null };
  const { wait, traffic, inject, probe, apply, delete: deleted, sleep } = written;
  if (wait !== undefined) {
    const pods = wait.pods?.map((pod, i) => ({ ...pod, path: [...path, 'wait', 'pods', i] })) ?? null;
    return { ...base, verb: 'wait', pods, timeoutNs: wait.timeout ?? null };
  }
  if (traffic !== undefined) {
    const flows = traffic.map((flow, i) => buildFlow(flow, [...path, 'traffic', i]));
    return { ...base, verb: 'traffic', flows, background: written.background ?? false, expect: expectations() };
  }
  if (inject !== undefined) {
    const injections = inject.map((line, i) => buildInjection(line, [...path, 'inject', i]));
    return { ...base, verb: 'inject', injections, expect: expectations() };
  }
  if (probe !== undefined) {
    const probes = probe.map((each, i) => buildProbe(each, [...path, 'probe', i]));
    return { ...base, verb: 'probe', probes, timeoutNs: written.timeout ?? null };
  }
  if (apply !== undefined) {
    return { ...base, verb: 'apply', objects: read.applied(apply, [...path, 'apply']) };
  }
  if (deleted !== undefined) {
    return { ...base, ...buildDelete(deleted, [...path, 'delete']) };
  }
  if (written.restart !== undefined) return { ...base, ...buildRestart(written.restart, [...path, 'restart']) };
  if (written.label !== undefined) return { ...base, ...buildLabel(written.label, [...path, 'label']) };
  if (written.annotate !== undefined) return { ...base, ...buildAnnotate(written.annotate, [...path, 'annotate']) };
  if (written.scale !== undefined) return { ...base, ...buildScale(written.scale, [...path, 'scale']) };
  if (written.underlay !== undefined) {
    const underlay = buildUnderlay(written.underlay, [...path, 'underlay'], read.trace);
    return { ...base, verb: 'underlay', underlay };
  }
  if (written.link !== undefined) {
    const { node, interface: nic, state } = written.link;
    return { ...base, verb: 'link', node, interface: nic, up: state === 'up' };
  }
  if (sleep !== undefined) return { ...base, verb: 'sleep', durationNs: sleep };
  return null;

  function expectations(): Expectation[] {
    return (written.expect ?? []).map((each, i) => expectation(each, [...path, 'expect', i]));
  }
}

function buildInjection(line: NonNullable<WrittenStep['inject']>[number], path: Path) {
  return {
    path,
    from: { ...line.from, path: [...path, 'from'] },
    to: { ...line.to, path: [...path, 'to'] },
    frame: line.frame,
    count: line.count ?? null,
    without: line.without ?? null,
    family: line.family ?? null,
  };
}

function buildFlow(flow: NonNullable<WrittenStep['traffic']>[number], path: Path) {
  return {
    path,
    from: parties(flow.from, [...path, 'from']),
    to: parties(flow.to, [...path, 'to']),
    group: flow.group ?? null,
    protocol: flow.protocol ?? null,
    streams: flow.streams ?? null,
    durationNs: flow.duration ?? null,
    bytes: flow.bytes ?? null,
    rateBps: flow.rate ?? null,
    datagramBytes: flow.datagram ?? null,
    port: flowPort(flow, [...path, 'port']),
    family: flow.family ?? null,
    ping: flow.ping ?? false,
    generator: flow.generator ?? null,
    congestion: flow.congestion ?? null,
    ecn: flow.ecn ?? null,
    sendBufferBytes: flow.sendBuffer ?? null,
    receiveBufferBytes: flow.receiveBuffer ?? null,
    requests: flow.requests === undefined ? null : buildRequests(flow.requests),
  };
}

function flowPort({ port, protocol }: NonNullable<WrittenStep['traffic']>[number], path: Path) {
  return typeof port === 'string' ? { name: port, protocol: protocol ?? null, path } : (port ?? null);
}

type WrittenRequests = NonNullable<NonNullable<WrittenStep['traffic']>[number]['requests']>;

function buildRequests({ every, bytes, reply, connection }: WrittenRequests) {
  const sizes = { bytes: bytes ?? null, replyBytes: reply ?? null };
  return { everyNs: every ?? null, ...sizes, connection: connection ?? null };
}

function buildProbe(probe: NonNullable<WrittenStep['probe']>[number], path: Path) {
  const ports = (probe.ports ?? []).map((port, i) => ({ ...port, path: [...path, 'ports', i] }));
  return {
    path,
    from: parties(probe.from, [...path, 'from']),
    to: parties(probe.to, [...path, 'to']),
    ports: probe.port === undefined ? ports : [{ ...probe.port, path: [...path, 'port'] }],
    family: probe.family ?? null,
    expect: probe.expect ?? null,
  };
}

function expectation({ flow, ...rest }: Expectation, path: Path): Expectation {
  const { from, to } = flow ?? {};
  const placed = from === undefined || to === undefined ? null : { from: { ...from, path }, to: { ...to, path } };
  return { ...rest, path, flow: placed };
}

function parties(written: PartyReference | readonly PartyReference[], path: Path): PartyReference[] {
  return isList(written) ? written.map((one, i) => ({ ...one, path: [...path, i] })) : [{ ...written, path }];
}

function isList<T extends object>(written: T | readonly T[]): written is readonly T[] {
  return Array.isArray(written);
}
