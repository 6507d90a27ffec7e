/** Qdiscs, classes and filters as lines of tc(8). */
import type { PoliceSpec } from '../filter.ts';
import type { NetworkOperation } from '../observer.ts';
import type { QdiscSpec } from '../qdisc.ts';
import { redParameters } from '../red.ts';
import type { QdiscParent } from '../rtnetlink.ts';
import { within, type Names } from './names.ts';

type Of<K extends NetworkOperation['what']> = Extract<NetworkOperation, { readonly what: K }>;

export function qdiscLine(operation: Of<'qdisc'>, names: Names): string {
  const { namespace, verb, ifindex, parent, spec, handle } = operation;
  const device = names.device(namespace, ifindex);
  const line = `tc ${within(namespace)}qdisc ${verb} dev ${device}`;
  if (spec.kind === 'clsact') return `${line} clsact`;
  const own = handle === 0 ? '' : ` handle ${handleText(handle)}`;
  return `${line} ${parentText(parent)}${own} ${qdiscText(spec)}${seedComment(spec)}`;
}

export function deleteQdiscLine({ namespace, ifindex, parent }: Of<'delete-qdisc'>, names: Names): string {
  return `tc ${within(namespace)}qdisc delete dev ${names.device(namespace, ifindex)} ${parentText(parent)}`;
}

export function addClassLine({ namespace, ifindex, parent, classid, spec }: Of<'add-class'>, names: Names): string {
  const where = `dev ${names.device(namespace, ifindex)} parent ${handleText(parent)} classid ${handleText(classid)}`;
  return `tc ${within(namespace)}class add ${where} ${spec.kind} rate ${spec.rateBps}bit burst ${spec.burstBytes}`;
}

export function bpfFilterLine({ namespace, filter }: Of<'add-bpf-filter'>, names: Names): string {
  const program = names.program(filter.programFd, filter.name);
  return `${filterWords(namespace, filter, names)} bpf da object-pinned ${program}`;
}

export function actionFilterLine({ namespace, filter }: Of<'add-action-filter'>, names: Names): string {
  const { police, redirectTo } = filter;
  const goesOn = redirectTo === undefined ? 'continue' : 'pipe';
  const actions = [
    ...(police === undefined ? [] : [`action ${policeText(police)} conform-exceed drop/${goesOn}`]),
    ...(redirectTo === undefined ? [] : [`action mirred egress redirect dev ${names.device(namespace, redirectTo)}`]),
  ];
  return `${filterWords(namespace, filter, names)} matchall ${actions.join(' ')}`;
}

function filterWords(
  namespace: string | null,
  { ifindex, hook, priority }: Of<'add-bpf-filter'>['filter'] | Of<'add-action-filter'>['filter'],
  names: Names,
): string {
  const at = typeof hook === 'number' ? `parent ${handleText(hook)}` : hook;
  return `tc ${within(namespace)}filter add dev ${names.device(namespace, ifindex)} ${at} prio ${priority}`;
}

function policeText({ rateBps, burstBytes }: PoliceSpec): string {
  return `police rate ${rateBps}bit burst ${burstBytes} mtu 65535`;
}

function parentText(parent: QdiscParent): string {
  return typeof parent === 'number' ? `parent ${handleText(parent)}` : parent;
}

/** `0x00010001` -> `1:1`. */
function handleText(handle: number): string {
  const minor = handle & 0xffff;
  return `${(handle >>> 16).toString(16)}:${minor === 0 ? '' : minor.toString(16)}`;
}

function qdiscText(spec: Exclude<QdiscSpec, { kind: 'clsact' }>): string {
  switch (spec.kind) {
    case 'fq':
      return options('fq', [
        ['limit', spec.limit],
        ['flow_limit', spec.flowLimit],
        ['quantum', spec.quantumBytes],
        ['initial_quantum', spec.initialQuantumBytes],
        ['maxrate', bits(spec.maxRateBps)],
        ['buckets', spec.bucketsLog === undefined ? undefined : 2 ** spec.bucketsLog],
        ['ce_threshold', microseconds(spec.ceThresholdNs)],
        [spec.pacing === false ? 'nopacing' : 'pacing', spec.pacing === undefined ? undefined : ''],
        ['horizon', microseconds(spec.horizonNs)],
        [`horizon_${spec.beyondHorizon ?? ''}`, spec.beyondHorizon === undefined ? undefined : ''],
      ]);
    case 'netem':
      return netemText(spec);
    case 'tbf': {
      const queue = 'limitBytes' in spec ? `limit ${spec.limitBytes}` : `latency ${spec.latencyNs / 1000}us`;
      return `tbf rate ${spec.rateBps}bit burst ${spec.burstBytes} ${queue}`;
    }
    case 'pfifo':
      return `pfifo limit ${spec.limit}`;
    case 'htb':
      return `htb default ${spec.defaultClass.toString(16)}`;
    case 'fq_codel':
    case 'codel':
      return options(spec.kind, [
        ['limit', spec.limit],
        ['target', microseconds(spec.targetNs)],
        ['interval', microseconds(spec.intervalNs)],
      ]);
    case 'red': {
      const { minBytes, maxBytes, burst, odds } = redParameters(spec);
      const { limitBytes, packetBytes, rateBps } = spec;
      return `red limit ${limitBytes} min ${minBytes} max ${maxBytes} avpkt ${packetBytes} burst ${burst} probability ${odds} bandwidth ${rateBps}bit`;
    }
    case 'cake':
      return `cake bandwidth ${spec.rateBps}bit`;
    case 'prio':
      return `prio bands 2 priomap${' 0'.repeat(16)}`;
  }
}

type NetemSpec = Extract<QdiscSpec, { kind: 'netem' }>;

function netemText(spec: NetemSpec): string {
  const { delayNs = 0, jitterNs = 0, lossPct = 0, reorderPct = 0, duplicatePct = 0, rateBps, limit = 1000 } = spec;
  return [
    `netem delay ${delayNs / 1000}us`,
    ...(jitterNs > 0 ? [`${jitterNs / 1000}us`] : []),
    ...(reorderPct > 0 ? [`reorder ${reorderPct}%`] : []),
    ...(lossPct > 0 ? [`loss ${lossPct}%`] : []),
    ...(duplicatePct > 0 ? [`duplicate ${duplicatePct}%`] : []),
    ...(rateBps === undefined ? [] : [`rate ${rateBps}bit`]),
    `limit ${limit}`,
  ].join(' ');
}

/** The seed matters where there are dice, and tc(8) can say it since 6.6 only. */
function seedComment(spec: QdiscSpec): string {
  if (spec.kind !== 'netem' || spec.seed === undefined) return '';
  const { jitterNs = 0, lossPct = 0, reorderPct = 0, duplicatePct = 0 } = spec;
  const dice = [jitterNs, lossPct, reorderPct, duplicatePct].some((odds) => odds > 0);
  return dice ? ` # and, from tc 6.6 on: seed ${spec.seed}` : '';
}

/** What is left out is the kernel's default. */
function options(
  kind: string,
  named: readonly (readonly [name: string, value: number | string | undefined])[],
): string {
  const said = named.filter(([, value]) => value !== undefined);
  return [kind, ...said.map(([name, value]) => `${name} ${value}`.trimEnd())].join(' ');
}

function microseconds(ns: number | undefined): string | undefined {
  return ns === undefined ? undefined : `${ns / 1000}us`;
}

function bits(bps: number | undefined): string | undefined {
  return bps === undefined ? undefined : `${bps}bit`;
}
