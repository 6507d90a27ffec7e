/**
 * The wire between the machines: a bridge in a namespace of its own, one port a NIC. A NIC and its port are the two ends
 * of a veth; rate and delay are set on them. What a machine sends is serialized at its NIC, at the wire's rate; what it
 * receives is delayed and serialized at its port.
 */
import { NetworkNamespace } from '../linux/namespace.ts';
import { Rtnetlink } from '../linux/rtnetlink.ts';
import type { UnderlayPlan } from '../plan/plan.ts';
import { underlayCommands } from './commands.ts';
import type { IfindexPool, Lab } from './lab.ts';
import { built } from './built.ts';
import { wireShape } from './wire-shape.ts';
import type { WireShape } from './wire-shape.ts';

/** A NIC on the underlay: where its queues are, for whoever reads their counters. */
export interface Attachment {
  /** Name of the NIC. */
  readonly nic: string;
  readonly ifindex: number;
  readonly portIfindex: number;
  readonly portName: string;
}

export interface NicSpec {
  readonly name: string;
  readonly mtu: number;
  /** True where something must count and pace even when the wire has neither rate nor delay: outside hosts. */
  readonly counted: boolean;
}

export class Underlay {
  readonly plan: UnderlayPlan;
  readonly rtnetlink: Rtnetlink;
  readonly shape: WireShape;
  readonly #namespace: NetworkNamespace;
  readonly #ifindexes: IfindexPool;
  readonly #bridge: number;
  #ports = 0;

  private constructor(lab: Lab) {
    this.plan = lab.plan.underlay;
    this.shape = wireShape(this.plan);
    this.#namespace = lab.undo.use('underlay namespace', NetworkNamespace.create());
    this.rtnetlink = lab.undo.use('underlay netlink', Rtnetlink.open(this.#namespace));
    this.#ifindexes = lab.ifindexes;
    this.#bridge = this.#ifindexes.take();
    this.rtnetlink.addLink({ kind: 'bridge', name: 'underlay', ifindex: this.#bridge, mtu: this.plan.mtu });
    this.rtnetlink.setLink(this.#bridge, { up: true });
  }

  /** @throws SystemCallError */
  static build(lab: Lab): Underlay {
    return built(
      lab,
      'underlay',
      'underlay',
      () => new Underlay(lab),
      () => underlayCommands(lab.plan.underlay),
    );
  }

  /** Plugs a new NIC in, in the namespace that `machine` speaks for. Both ends come up. @throws SystemCallError */
  attach(namespace: NetworkNamespace, machine: Rtnetlink, nic: NicSpec): Attachment {
    const ifindex = this.#ifindexes.take();
    const portIfindex = this.#ifindexes.take();
    const portName = portNameOf(this.#ports++);
    this.rtnetlink.addLink({
      kind: 'veth',
      name: portName,
      ifindex: portIfindex,
      mtu: this.plan.mtu,
      peer: { name: nic.name, ifindex, mtu: nic.mtu, namespaceFd: namespace.fd },
    });
    this.rtnetlink.setLink(portIfindex, { master: this.#bridge, up: true });
    machine.setLink(ifindex, { up: true });
    for (const { parent, spec, handle } of this.shape.port(nic.counted))
      this.rtnetlink.addQdisc(portIfindex, parent, spec, handle);
    for (const { parent, spec, handle } of this.shape.nic(nic.counted)) machine.addQdisc(ifindex, parent, spec, handle);
    return { nic: nic.name, ifindex, portIfindex, portName };
  }
}

/** The bridge's port for the NIC that was plugged in as the n-th, from 0. */
export function portNameOf(n: number): string {
  return `port${n + 1}`;
}
