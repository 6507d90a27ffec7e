/**
 * What the lab's system calls amount to as iproute2, tc and bpftool lines, ready to paste (--show-commands). The lab itself
 * runs none of these. Namespaces get names here, and eBPF objects are pinned in a file system of their own: `tc -n` mounts a
 * fresh /sys and would hide /sys/fs/bpf.
 */
import { shellWord } from './shell-word.ts';
import { redParameters } from '../linux/red.ts';
import type { QdiscSpec } from '../linux/qdisc.ts';
import type { HostPlan, MasterPlan, NodePlan, Plan, PodPlan, RoutePlan } from '../plan/plan.ts';
import { linkWay, type Plug } from '../plan/wire/links.ts';
import { NIC_LINK_LOCAL, PORT_LINK_LOCAL } from '../plan/wire/routers.ts';
import { pathOfTrace, tracesOf } from '../plan/wire/wires.ts';
import type { PoliceSpec } from '../linux/filter.ts';
import { PRIORITY } from './attach.ts';
import { IFB_NAME } from './endpoint.ts';
import type { QueuePart } from './engine/shaping.ts';
import type { PodEndpoint } from './endpoint.ts';
import { bondMode } from './bond-mode.ts';
import { firstMoments, sidesOf, wireEntry } from './wire/delivery-traces.ts';
import { nicPrograms, type NicProgram, type NicRole } from './wire/nic-programs.ts';
import { forwarding, needsLinkLocals } from './routing.ts';
import { routedSlaves, toAddressAlone, type RoutedSlave } from './routed-machines.ts';
import type { PlacedQdisc, WireShape } from './wire/wire-shape.ts';

/** A NIC's wire: its port, and the numbers of its two ends. */
interface Plugged extends NicRole {
  readonly plug: Plug;
  readonly portName: string;
  /** `host:NAME` of the router that has the port; null: the underlay. */
  readonly port: { readonly router: string | null };
  readonly ifindex: number;
  readonly portIfindex: number;
  /** It makes no super-packets. */
  readonly framed: boolean;
}

const BPFFS = '/run/ipvlane-bpf';
// Below it: bpftool mounts a file system of its own over the parent of where it pins, unless that is one.
const PROGRAMS = `${BPFFS}/programs`;
const MAPS = `${BPFFS}/maps`;
const UNDERLAY = 'underlay';

/** What the lines about the wire need of the plan. */
export type WirePlan = Pick<Plan, 'underlay' | 'timeline' | 'scenario'>;

export function underlayCommands({ underlay, ...others }: WirePlan): readonly string[] {
  return [
    ...traceCommands({ underlay, ...others }),
    `ip netns add ${UNDERLAY}`,
    `ip -n ${UNDERLAY} link add underlay mtu ${underlay.mtu} type bridge`,
    `ip -n ${UNDERLAY} link set underlay up`,
  ];
}

/** The moments of every trace, one after the other, from the files as they are. */
function traceCommands({ scenario, ...wires }: WirePlan): readonly string[] {
  const traces = tracesOf(wires);
  const first = firstMoments(traces);
  const bytes = (variable: string): string =>
    [0, 8, 16, 24].map((shift) => `int(${variable} / ${2 ** shift}) % 256`).join(', ');
  return traces.map(({ file }) => {
    const update = `map update pinned ${MAPS}/moments key %d %d %d %d value %d %d %d %d\\n`;
    return `awk '{ k = NR - 1 + ${first.get(file) ?? 0}; printf "${update}", ${bytes('k')}, ${bytes('$1')} }' ${shellWord(pathOfTrace(scenario, file))} | bpftool batch file -`;
  });
}

/**
 * @param ports the wire of each NIC, in the order of the NICs
 * @param queue what the engine hangs on every NIC; null: nothing
 */
export function nodeCommands(
  node: NodePlan,
  ports: readonly Plugged[],
  wire: WirePlan,
  shape: WireShape,
  queue: readonly QueuePart[] | null,
): readonly string[] {
  const namespace = namespaceName(`node:${node.name}`);
  const remaining = [...ports];
  return [
    `ip netns add ${namespace}`,
    `ip -n ${namespace} link set lo up`,
    ...node.masters.flatMap((master) => [
      ...masterCommands(namespace, master, wire, shape, () => remaining.shift()),
      ...(master.kind === 'nic' && queue !== null ? queueCommands(namespace, master.name, queue, 'replace') : []),
      ...addressCommands(namespace, master.name, master.addresses),
    ]),
    ...(node.routes ?? []).flatMap(({ device, ...route }) => routeCommands(namespace, device, [route])),
  ];
}

/** @param ipv6 whether a host has it: what routers forward */
export function hostCommands(
  host: HostPlan,
  port: Plugged,
  wire: WirePlan,
  shape: WireShape,
  ipv6 = false,
): readonly string[] {
  const namespace = namespaceName(`host:${host.name}`);
  const above = portNamespace(port);
  const linkLocals = needsLinkLocals(host);
  return [
    `ip netns add ${namespace}`,
    `ip -n ${namespace} link set lo up`,
    ...(host.router === true ? forwarding(ipv6) : []).map(
      ({ path, value }) => `ip netns exec ${namespace} sysctl -qw ${path.replaceAll('/', '.')}=${value}`,
    ),
    ...wireCommands(namespace, { name: 'eth0', mtu: host.mtu ?? wire.underlay.mtu }, port, wire, shape, true),
    ...addressCommands(namespace, 'eth0', host.addresses),
    ...(linkLocals ? addressCommands(namespace, 'eth0', [`${NIC_LINK_LOCAL}/64`]) : []),
    ...(linkLocals ? addressCommands(above, port.portName, [`${PORT_LINK_LOCAL}/64`]) : []),
    ...routeCommands(above, port.portName, host.portRoutes ?? []),
    ...routeCommands(namespace, 'eth0', host.routes),
  ];
}

/** Where the other end of a NIC is. */
function portNamespace({ port: { router } }: Plugged): string {
  return router === null ? UNDERLAY : namespaceName(router);
}

export function dataplaneCommands(objectPath: string): readonly string[] {
  return [
    `mkdir -p ${BPFFS}`,
    `mount -t bpf bpf ${BPFFS}`,
    `bpftool prog loadall ${shellWord(objectPath)} ${PROGRAMS} type classifier pinmaps ${MAPS}`,
  ];
}

/** What a pod is built among, and with. */
export interface PodSurroundings {
  /** Null: the dataplane does not know the pod. */
  readonly endpoint: PodEndpoint | null;
  /** What was written for it, as `mapUpdateCommand` says it. */
  readonly mapUpdates: readonly string[];
  /** The most segments of a super-packet of its first slave; null: nobody bounds them. */
  readonly segments: number | null;
  readonly nodes: readonly NodePlan[];
  readonly hosts: readonly HostPlan[];
}

export function podCommands(
  pod: PodPlan,
  name: string,
  { endpoint, mapUpdates, segments, nodes, hosts }: PodSurroundings,
): readonly string[] {
  const namespace = namespaceName(name);
  const node = namespaceName(`node:${pod.node}`);
  return [
    `ip netns add ${namespace}`,
    ...(hasIpv6(pod) ? [] : [`ip netns exec ${namespace} sysctl -qw net.ipv6.conf.default.disable_ipv6=1`]),
    `ip -n ${namespace} link set lo up`,
    ...pod.interfaces.flatMap(({ name: device, master, mode, isolation, mtu, addresses, gso, gsoMaxSize }, index) => [
      `ip -n ${node} link add link ${shellWord(master)} name ${shellWord(device)} ${index === 0 && endpoint !== null ? `index ${endpoint.ifindex} ` : ''}mtu ${mtu} netns ${namespace} type ipvlan mode ${mode} ${isolation}`,
      ...(gso === false ? [superPacketCommand(namespace, device, 1)] : []),
      ...largestCommands(namespace, device, gsoMaxSize),
      ...addressCommands(namespace, device, addresses),
    ]),
    ...(endpoint === null ? [] : [...mapUpdates, ...attachCommands(namespace, endpoint)]),
    ...(pod.sysctls ?? []).map(
      ({ name: sysctl, value }) => `ip netns exec ${namespace} sysctl -qw ${shellWord(`${sysctl}=${value}`)}`,
    ),
    ...pod.interfaces
      .slice(endpoint === null ? 0 : 1)
      .flatMap(({ name: device }) => unjudgedCommands(namespace, device)),
    ...(segments === null ? [] : [superPacketCommand(namespace, pod.interfaces[0]?.name ?? 'eth0', segments)]),
    ...pod.interfaces.flatMap(({ name: device, routes }) => [
      `ip -n ${namespace} link set ${shellWord(device)} up`,
      ...routeCommands(namespace, device, routes),
    ]),
    ...routedCommands(node, routedSlaves(pod, nodes, hosts)),
  ];
}

/** The MAC is the kernel's choice, so whoever pastes this asks for it. */
function routedCommands(home: string, slaves: readonly RoutedSlave[]): readonly string[] {
  return slaves.flatMap(({ master, addresses, machines }) =>
    machines.flatMap(({ kind, name, device }) => {
      const machine = namespaceName(`${kind}:${name}`);
      const mac = `$(ip -n ${home} -br link show dev ${shellWord(master)} | awk '{ print $3 }')`;
      return addresses.flatMap((address) => [
        `ip -n ${machine} neigh replace ${address} lladdr ${mac} dev ${shellWord(device)} nud permanent`,
        `ip -n ${machine} route replace ${toAddressAlone(address)} dev ${shellWord(device)}`,
      ]);
    }),
  );
}

function largestCommands(namespace: string, device: string, bytes: number | undefined): readonly string[] {
  return bytes === undefined ? [] : [`ip -n ${namespace} link set dev ${shellWord(device)} gso_max_size ${bytes}`];
}

function superPacketCommand(namespace: string, device: string, segments: number): string {
  return `ip -n ${namespace} link set dev ${shellWord(device)} gso_max_segs ${segments}`;
}

/** One entry written to a map of the dataplane. */
export function mapUpdateCommand(map: string, key: Uint8Array, value: Uint8Array): string {
  const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `bpftool map update pinned ${MAPS}/${map} key hex ${hex(key)} value hex ${hex(value)}`;
}

/** `default/test-0` -> `default.test-0`, `node:a` -> `node.a`: names that /run/netns takes, as a word of a shell. */
export function namespaceName(party: string): string {
  return shellWord(party.replace(/[/:]/g, '.'));
}

function masterCommands(
  namespace: string,
  master: MasterPlan,
  wire: WirePlan,
  shape: WireShape,
  nextPort: () => Plugged | undefined,
): readonly string[] {
  const { name, mtu } = master;
  switch (master.kind) {
    case 'nic': {
      const port = nextPort();
      return port === undefined ? [] : wireCommands(namespace, master, port, wire, shape, false);
    }
    case 'vlan':
      return [
        `ip -n ${namespace} link add link ${shellWord(master.parent)} name ${shellWord(name)} mtu ${mtu} type vlan id ${master.vlanId}`,
        `ip -n ${namespace} link set ${shellWord(name)} up`,
      ];
    case 'bond':
      return [
        `ip -n ${namespace} link add ${shellWord(name)} mtu ${mtu} type bond mode ${bondMode(master.mode)}`,
        ...master.parents.flatMap((parent) => [
          `ip -n ${namespace} link set ${shellWord(parent)} down`,
          `ip -n ${namespace} link set ${shellWord(parent)} master ${shellWord(name)}`,
        ]),
        `ip -n ${namespace} link set ${shellWord(name)} up`,
      ];
  }
}

/** A NIC and its port, the two ends of a veth, and what makes them a wire. */
function wireCommands(
  namespace: string,
  nic: { readonly name: string; readonly mtu: number; readonly gsoMaxSize?: number },
  plugged: Plugged,
  wire: WirePlan,
  shape: WireShape,
  counted: boolean,
): readonly string[] {
  const { underlay } = wire;
  const { plug, portName: port, ifindex, portIfindex, framed, handsOver, guarded } = plugged;
  const [above, { mtu }] = [portNamespace(plugged), linkWay(underlay, plug, 'down')];
  // Only what a map must find is numbered.
  const sides = sidesOf(underlay, { plug, ifindex, portIfindex }, 'real');
  const numbered = sides.some(({ way }) => way.trace !== undefined);
  const index = (number: number): string => (numbered ? `index ${number} ` : '');
  return [
    `ip -n ${above} link add ${shellWord(port)} ${index(portIfindex)}mtu ${mtu} type veth peer name ${shellWord(nic.name)} ${index(ifindex)}mtu ${nic.mtu} netns ${namespace}`,
    `ip -n ${above} link set ${shellWord(port)} ${plugged.port.router === null ? 'master underlay ' : ''}up`,
    `ip -n ${namespace} link set ${shellWord(nic.name)} up`,
    ...(framed ? [superPacketCommand(namespace, nic.name, 1)] : []),
    ...largestCommands(namespace, nic.name, nic.gsoMaxSize),
    ...sides.flatMap((side) => sideCommands(wire, side)),
    ...shape.port(plug, counted).flatMap((qdisc) => placedCommands(above, port, qdisc)),
    ...shape.nic(plug, counted).flatMap((qdisc) => placedCommands(namespace, nic.name, qdisc)),
    ...nicProgramCommands(namespace, nic.name, nicPrograms({ guarded, handsOver })),
  ];
}

function nicProgramCommands(namespace: string, device: string, programs: readonly NicProgram[]): readonly string[] {
  if (programs.length === 0) return [];
  const hung = programs.map(
    ({ hook, priority, program }) =>
      `tc -n ${namespace} filter add dev ${shellWord(device)} ${hook} prio ${priority} bpf da object-pinned ${PROGRAMS}/ipvlane_${program}`,
  );
  return [`tc -n ${namespace} qdisc add dev ${shellWord(device)} clsact`, ...hung];
}

/** Here the trace begins with the clock: whoever pastes the line does it at another time than the lab did. */
function sideCommands(
  wire: WirePlan,
  { way, ifindex, startNs }: ReturnType<typeof sidesOf>[number],
): readonly string[] {
  const entry = wireEntry(way, ifindex, firstMoments(tracesOf(wire)), startNs);
  return entry === null ? [] : [mapUpdateCommand('wires', entry.key, entry.value)];
}

function placedCommands(namespace: string, device: string, placed: PlacedQdisc): readonly string[] {
  const { spec, handle } = placed;
  const hung = qdiscCommand(namespace, device, placed);
  if (spec.kind !== 'prio' || handle === undefined) return [hung];
  const program = `bpf da object-pinned ${PROGRAMS}/ipvlane_underlay`;
  return [
    hung,
    `tc -n ${namespace} filter add dev ${shellWord(device)} parent ${handleText(handle)} prio 1 ${program}`,
  ];
}

/** As `attachUnjudged` does it. */
function unjudgedCommands(namespace: string, device: string): readonly string[] {
  const admit = { hook: 'egress', priority: PRIORITY.program, program: 'admit' } as const;
  return nicProgramCommands(namespace, device, [admit]);
}

function attachCommands(namespace: string, endpoint: PodEndpoint): readonly string[] {
  const device = endpoint.plan.interfaces[0]?.name ?? 'eth0';
  const filter = (dev: string, hook: 'ingress' | 'egress', priority: number, what: string): string =>
    `tc -n ${namespace} filter add dev ${shellWord(dev)} ${hook} prio ${priority} ${what}`;
  const program = (name: string): string => `bpf da object-pinned ${PROGRAMS}/${name}`;
  const { ifbIfindex, shaping } = endpoint;
  const { egress, ingress } = shaping;
  return [
    ...queueCommands(namespace, device, egress.queue),
    `tc -n ${namespace} qdisc add dev ${shellWord(device)} clsact`,
    ...(egress.police === null
      ? []
      : [
          filter(
            device,
            'egress',
            PRIORITY.police,
            `matchall action ${policeText(egress.police)} conform-exceed drop/continue`,
          ),
        ]),
    filter(device, 'egress', PRIORITY.program, program('ipvlane_egress')),
    ...(ifbIfindex === null || ingress === null
      ? []
      : [
          `ip -n ${namespace} link add ${IFB_NAME} index ${ifbIfindex} type ifb`,
          ...queueCommands(namespace, IFB_NAME, ingress.queue),
          ...(ingress.paced
            ? [
                `tc -n ${namespace} qdisc add dev ${IFB_NAME} clsact`,
                filter(IFB_NAME, 'egress', PRIORITY.program, program('ipvlane_ifb')),
              ]
            : []),
          `ip -n ${namespace} link set ${IFB_NAME} up`,
          filter(
            ...([device, 'ingress', PRIORITY.redirect] as const),
            `matchall ${ingress.police === null ? '' : `action ${policeText(ingress.police)} conform-exceed drop/pipe `}action mirred egress redirect dev ${IFB_NAME}`,
          ),
        ]),
    filter(device, 'ingress', PRIORITY.program, program('ipvlane_ingress')),
  ];
}

/** The lines that hang a queue on a device. */
export function queueCommands(
  namespace: string,
  device: string,
  queue: readonly QueuePart[],
  verb: 'add' | 'replace' = 'add',
): readonly string[] {
  return queue.map((part) =>
    part.what === 'qdisc'
      ? qdiscCommand(namespace, device, part, part.parent === 'root' ? verb : 'add')
      : `tc -n ${namespace} class add dev ${shellWord(device)} parent ${handleText(part.parent)} classid ${handleText(part.classid)} htb rate ${part.spec.rateBps}bit burst ${part.spec.burstBytes}`,
  );
}

function policeText({ rateBps, burstBytes }: PoliceSpec): string {
  return `police rate ${rateBps}bit burst ${burstBytes} mtu 65535`;
}

function qdiscCommand(
  namespace: string,
  device: string,
  { parent, spec, handle }: PlacedQdisc,
  verb: 'add' | 'replace' = 'add',
): string {
  const where = typeof parent === 'number' ? `parent ${handleText(parent)}` : parent;
  const own = handle === undefined ? '' : ` handle ${handleText(handle)}`;
  return `tc -n ${namespace} qdisc ${verb} dev ${shellWord(device)} ${where}${own} ${qdiscText(spec)}`;
}

function qdiscText(spec: QdiscSpec): string {
  switch (spec.kind) {
    case 'fq':
      return [
        'fq',
        ...(spec.limit === undefined ? [] : [`limit ${spec.limit}`]),
        ...(spec.flowLimit === undefined ? [] : [`flow_limit ${spec.flowLimit}`]),
        ...(spec.pacing === undefined ? [] : [spec.pacing ? 'pacing' : 'nopacing']),
        ...(spec.horizonNs === undefined ? [] : [`horizon ${spec.horizonNs / 1000}us`]),
      ].join(' ');
    case 'netem':
      return netemText(spec);
    case 'tbf': {
      const queue = 'limitBytes' in spec ? `limit ${spec.limitBytes}` : `latency ${spec.latencyNs / 1000}us`;
      return `tbf rate ${spec.rateBps}bit burst ${spec.burstBytes} ${queue}`;
    }
    case 'pfifo':
      return `pfifo limit ${spec.limit}`;
    case 'htb':
      return `htb default ${spec.defaultClass}`;
    case 'codel':
      return ['codel', ...(spec.limit === undefined ? [] : [`limit ${spec.limit}`])].join(' ');
    case 'red': {
      const { minBytes, maxBytes, burst, odds } = redParameters(spec);
      const { limitBytes, packetBytes, rateBps } = spec;
      return `red limit ${limitBytes} min ${minBytes} max ${maxBytes} avpkt ${packetBytes} burst ${burst} probability ${odds} bandwidth ${rateBps}bit`;
    }
    case 'cake':
      return `cake bandwidth ${spec.rateBps}bit`;
    case 'prio':
      return `prio bands 2 priomap${' 0'.repeat(16)}`;
    case 'fq_codel':
      return ['fq_codel', ...(spec.limit === undefined ? [] : [`limit ${spec.limit}`])].join(' ');
    case 'clsact':
      return spec.kind;
  }
}

/** Without the seed, which tc(8) can say since 6.6 only. */
function netemText(spec: Extract<QdiscSpec, { kind: 'netem' }>): string {
  const { delayNs = 0, jitterNs = 0, lossPct = 0, reorderPct = 0, duplicatePct = 0, limit = 1000 } = spec;
  return [
    `netem delay ${delayNs / 1000}us`,
    ...(jitterNs > 0 ? [`${jitterNs / 1000}us`] : []),
    ...(reorderPct > 0 ? [`reorder ${reorderPct}%`] : []),
    ...(lossPct > 0 ? [`loss ${lossPct}%`] : []),
    ...(duplicatePct > 0 ? [`duplicate ${duplicatePct}%`] : []),
    `limit ${limit}`,
  ].join(' ');
}

/** `0x00010001` -> `1:1`. */
function handleText(handle: number): string {
  const minor = handle & 0xffff;
  return `${(handle >>> 16).toString(16)}:${minor === 0 ? '' : minor.toString(16)}`;
}

function addressCommands(namespace: string, device: string, addresses: readonly string[]): readonly string[] {
  return addresses.map(
    (address) =>
      `ip -n ${namespace} addr add ${address} dev ${shellWord(device)}${address.includes(':') ? ' nodad' : ''}`,
  );
}

/** `prepend` sends what CNI plugins send: NLM_F_CREATE without NLM_F_EXCL. */
function routeCommands(namespace: string, device: string, routes: readonly RoutePlan[]): readonly string[] {
  return routes.map(
    ({ to, via }) =>
      `ip -n ${namespace} route prepend ${to}${via === null ? '' : ` via ${via}`} dev ${shellWord(device)}${via === null ? '' : ' onlink'}`,
  );
}

/** A route needs it as an address does: the kernel takes none on an interface without (EACCES). */
export function hasIpv6(pod: PodPlan): boolean {
  return pod.interfaces.some(({ addresses, routes }) =>
    [...addresses, ...routes.map(({ to }) => to)].some((text) => text.includes(':')),
  );
}
