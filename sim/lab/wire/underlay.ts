/**
 * The wire between the machines: a bridge in a namespace of its own, one port a NIC. A NIC and its port are the two ends
 * of a veth; rate and delay are set on them. What a machine sends is serialized at its NIC, at the wire's rate; what it
 * receives is delayed and serialized at its port. Of a machine behind a router the port is in the router's namespace, and on no bridge.
 */
import { NetworkNamespace } from '../../linux/namespace.ts';
import { Rtnetlink } from '../../linux/rtnetlink.ts';
import type { UnderlayPlan } from '../../plan/plan.ts';
import { isLong, linkAt, linkWay, type Plug } from '../../plan/wire/links.ts';
import type { QdiscParent } from '../../linux/rtnetlink.ts';
import { wiresOf } from '../../plan/wire/wires.ts';
import type { Clock } from '../../trace/record.ts';
import { sleep } from '../clock.ts';
import type { IfindexPool, Lab } from '../lab.ts';
import { built } from '../built.ts';
import type { Dataplane } from '../dataplane.ts';
import { DeliveryTraces } from './delivery-traces.ts';
import { nicPrograms, type NicProgram, type NicRole } from './nic-programs.ts';
import { BUCKET, BUCKET_CHILD, cutsFrames, isShaped, wireShape } from './wire-shape.ts';
import type { PlacedQdisc, WireShape } from './wire-shape.ts';

/** A NIC on the underlay: where its queues are, for whoever reads their counters. */
export interface Attachment extends NicRole {
  readonly plug: Plug;
  /** Name of the NIC. */
  readonly nic: string;
  readonly ifindex: number;
  readonly portIfindex: number;
  readonly port: PortPlace;
}

interface Plugged extends Attachment {
  readonly nicSpec: NicSpec;
  readonly machine: Rtnetlink;
}

/** Where the other end of a NIC is. */
export interface PortPlace {
  readonly rtnetlink: Rtnetlink;
  /** `host:NAME` of the router; null: the underlay, on whose bridge the port is. */
  readonly router: string | null;
}

export interface NicSpec extends Pick<NicRole, 'guarded'> {
  readonly name: string;
  readonly mtu: number;
  /** True where something must count and pace even when the wire has neither rate nor delay: outside hosts. */
  readonly counted: boolean;
  /** `node:NAME` or `host:NAME`. */
  readonly of: string;
  /** Whether an engine hangs a queue of its own on the NIC. */
  readonly queued: boolean;
  /** Whether it may be handed super-packets. */
  readonly gso: boolean;
  /** Bytes of the largest that it takes whole; left out: 65536. */
  readonly gsoMaxSize?: number;
}

const CARRIER_POLL_NS = 1e6;
/** The kernel notices at most once a second what it does not call urgent. */
const CARRIER_LIMIT_NS = 30e9;

export class Underlay {
  readonly plan: UnderlayPlan;
  readonly rtnetlink: Rtnetlink;
  readonly #namespace: NetworkNamespace;
  readonly #ifindexes: IfindexPool;
  readonly #bridge: number;
  readonly #plugged: Plugged[] = [];
  readonly #routers = new Map<string, Rtnetlink>();
  #now: UnderlayPlan;
  #shape: WireShape;
  readonly #framed: boolean;
  readonly #wires: readonly UnderlayPlan[];
  readonly #traces: DeliveryTraces;
  readonly #programs: Pick<Dataplane, 'handover' | 'guard' | 'admit'>;
  readonly #clock: Clock;

  private constructor(lab: Lab, dataplane: Dataplane) {
    this.plan = lab.plan.underlay;
    this.#clock = lab.clockKind;
    this.#shape = wireShape(this.plan, this.#clock);
    this.#now = this.plan;
    this.#framed = wiresOf(lab.plan).some(cutsFrames);
    this.#traces = new DeliveryTraces(lab.plan, dataplane);
    this.#programs = dataplane;
    this.#namespace = lab.undo.use('underlay namespace', NetworkNamespace.create('underlay'));
    this.rtnetlink = lab.undo.use('underlay netlink', Rtnetlink.open(this.#namespace));
    this.#wires = wiresOf(lab.plan);
    this.#ifindexes = lab.ifindexes;
    this.#bridge = this.#ifindexes.take();
    this.rtnetlink.addLink({ kind: 'bridge', name: 'underlay', ifindex: this.#bridge, mtu: this.plan.mtu });
    this.rtnetlink.setLink(this.#bridge, { up: true });
  }

  /** @throws SystemCallError */
  static build(lab: Lab, dataplane: Dataplane): Underlay {
    return built(lab, 'underlay', 'underlay', () => new Underlay(lab, dataplane));
  }

  get now(): UnderlayPlan {
    return this.#now;
  }

  /** The wire as it is now. */
  get shape(): WireShape {
    return this.#shape;
  }

  /** To be called before anybody behind it is attached. @param of `host:NAME` */
  addRouter(of: string, rtnetlink: Rtnetlink): void {
    this.#routers.set(of, rtnetlink);
  }

  /** Plugs a new NIC in, in the namespace that `machine` speaks for. Both ends come up. @throws SystemCallError */
  attach(namespace: NetworkNamespace, machine: Rtnetlink, nic: NicSpec): Attachment {
    const ifindex = this.#ifindexes.take();
    const portIfindex = this.#ifindexes.take();
    const portName = portNameOf(this.#plugged.length);
    const plug = { of: nic.of, interface: nic.name };
    const port = this.#placeOf(plug);
    port.rtnetlink.addLink({
      kind: 'veth',
      name: portName,
      ifindex: portIfindex,
      mtu: linkWay(this.plan, plug, 'down').mtu,
      peer: { name: nic.name, ifindex, mtu: nic.mtu, namespaceFd: namespace.fd },
    });
    port.rtnetlink.setLink(portIfindex, { ...(port.router === null ? { master: this.#bridge } : {}), up: true });
    machine.setLink(ifindex, { up: true });
    if (this.#framed || !nic.gso) machine.setLink(ifindex, { gsoMaxSegments: 1 });
    if (nic.gsoMaxSize !== undefined) machine.setLink(ifindex, { gsoMaxSize: nic.gsoMaxSize });
    const { guarded } = nic;
    if (nic.queued && this.#wires.some((wire) => isLong(linkWay(wire, plug, 'up'))))
      throw new Error(`the link up of ${nic.of} ${nic.name} would stand where the engine hangs its own queue`);
    const handsOver = !nic.queued && this.#wires.some((wire) => isShaped(linkWay(wire, plug, 'up')));
    const numbers = { ifindex, portIfindex };
    const plugged = { plug, nic: nic.name, ...numbers, port, handsOver, guarded, nicSpec: nic, machine };
    this.#traces.begin(this.#now, [plugged], this.#clock);
    for (const one of seeded(this.#shape.port(plug, nic.counted), portIfindex))
      this.#add(port.rtnetlink, portIfindex, one);
    for (const one of seeded(this.#shape.nic(plug, nic.counted), ifindex)) this.#add(machine, ifindex, one);
    this.#hang(machine, ifindex, nicPrograms(plugged));
    this.#plugged.push(plugged);
    return plugged;
  }

  /** A trace begins with the timeline, however long it took to build the lab. @throws SystemCallError */
  begin(): void {
    this.#traces.begin(this.#now, this.#plugged, this.#clock);
  }

  /**
   * Waits until every port hands on what comes to it. A port does so only when the kernel's own work has noticed its carrier, which
   * is later than the call that raised it: an ARP request before that is lost, and the next one comes after a second.
   * @throws Error when that takes longer than any work of the kernel's
   */
  async carries(signal: AbortSignal): Promise<void> {
    for (let waitedNs = 0; !signal.aborted; waitedNs += CARRIER_POLL_NS) {
      const idle = this.#plugged.filter(
        ({ port, portIfindex }) => port.router === null && this.rtnetlink.link(portIfindex)?.forwarding !== true,
      );
      if (idle.length === 0) return;
      if (waitedNs >= CARRIER_LIMIT_NS)
        throw new Error(`the wire does not reach ${idle.map(({ nicSpec, nic }) => `${nicSpec.of} ${nic}`).join(', ')}`);
      await sleep(CARRIER_POLL_NS, signal);
    }
  }

  /**
   * The wire becomes another one. Where only numbers change, packets that are under way stay; where a queue comes or goes, those
   * in it are lost. @throws SystemCallError
   */
  change(plan: UnderlayPlan): void {
    const before = this.#shape;
    this.#shape = wireShape(plan, this.#clock);
    this.#traces.change(this.#now, plan, this.#plugged, this.#clock);
    this.#now = plan;
    for (const { plug, nicSpec, machine, ifindex, portIfindex, port: place } of this.#plugged) {
      const { counted } = nicSpec;
      const port = seeded(this.#shape.port(plug, counted), portIfindex);
      this.#reshape(place.rtnetlink, portIfindex, before.port(plug, counted), port);
      if (nicSpec.queued) continue;
      const nic = seeded(this.#shape.nic(plug, counted), ifindex);
      this.#reshape(machine, ifindex, before.nic(plug, counted), nic);
    }
  }

  /** Pulls the cable of a NIC, or plugs it in: the NIC stays up and has no carrier. @throws SystemCallError */
  setCable(of: string, nic: string, up: boolean): void {
    const plugged = this.#plugged.find((one) => one.nicSpec.of === of && one.nic === nic);
    if (plugged === undefined) throw new Error(`${of} has no network interface ${nic}`);
    plugged.port.rtnetlink.setLink(plugged.portIfindex, { up });
  }

  #placeOf(plug: Plug): PortPlace {
    const router = linkAt(this.plan, plug)?.behind ?? null;
    if (router === null) return { rtnetlink: this.rtnetlink, router };
    const rtnetlink = this.#routers.get(router);
    if (rtnetlink === undefined) throw new Error(`${plug.of} is behind ${router}, which is not there`);
    return { rtnetlink, router };
  }

  #reshape(rtnetlink: Rtnetlink, ifindex: number, before: readonly PlacedQdisc[], after: readonly PlacedQdisc[]): void {
    if (after.length === 0 && before.length > 0) rtnetlink.deleteQdisc(ifindex, 'root');
    // A bucket that is only changed keeps what hung in it.
    for (const { parent, handle } of before) {
      const stays = (where: QdiscParent) => after.some((one) => one.parent === where);
      if (handle === BUCKET && stays(parent) && !stays(BUCKET_CHILD)) rtnetlink.deleteQdisc(ifindex, parent);
    }
    for (const one of after) {
      const { parent, spec, handle } = one;
      // One of another kind takes the place of what is there, with all below it.
      rtnetlink.replaceQdisc(ifindex, parent, spec, handle);
      const stays = before.some((old) => old.parent === parent && old.spec.kind === spec.kind);
      if (!stays) this.#askTrace(rtnetlink, ifindex, one);
    }
  }

  #add(rtnetlink: Rtnetlink, ifindex: number, one: PlacedQdisc): void {
    rtnetlink.addQdisc(ifindex, one.parent, one.spec, one.handle);
    this.#askTrace(rtnetlink, ifindex, one);
  }

  #hang(machine: Rtnetlink, ifindex: number, programs: readonly NicProgram[]): void {
    if (programs.length > 0) machine.addQdisc(ifindex, 'clsact', { kind: 'clsact' });
    for (const { hook, priority, program } of programs) {
      const { fd, name } = this.#programs[program];
      machine.addBpfFilter({ ifindex, hook, priority, programFd: fd, name });
    }
  }

  #askTrace(rtnetlink: Rtnetlink, ifindex: number, { spec, handle }: PlacedQdisc): void {
    if (spec.kind !== 'prio' || handle === undefined) return;
    const { fd, name } = this.#traces.program;
    rtnetlink.addBpfFilter({ ifindex, hook: handle, priority: 1, programFd: fd, name });
  }
}

/** Every end has dice of its own, or all would lose the same packets. */
function seeded(placed: readonly PlacedQdisc[], ifindex: number): PlacedQdisc[] {
  return placed.map((one) =>
    one.spec.kind === 'netem' ? { ...one, spec: { ...one.spec, seed: BigInt(ifindex) } } : one,
  );
}

/** The bridge's port for the NIC that was plugged in as the n-th, from 0. */
function portNameOf(n: number): string {
  return `port${n + 1}`;
}
