/**
 * What the kernel lost outside of the dataplane and the queueing disciplines, by its own counters: looked for at the beginning and at
 * the end of a step, at whoever has a part in it.
 */
import { networkCounters, sharedCounters } from '../../linux/network-counters.ts';
import type { NetworkNamespace } from '../../linux/namespace.ts';
import type { KernelLoss } from '../../plan/flows/kernel-losses.ts';
import { LINK_LOSS, lostOf, SHARED_LOSSES, STACK_LOSSES } from '../../plan/flows/kernel-losses.ts';
import type { Lab } from '../lab.ts';
import type { WireQdisc } from '../sampling.ts';

export type LossLab = Pick<Lab, 'clock' | 'record' | 'parties'>;

export class LossWatch {
  readonly #lab: LossLab;
  readonly #wires: readonly WireQdisc[];
  /** The namespace that the kernel began with, which alone has the tables of neighbours; null where it is not to be had. */
  readonly #first: NetworkNamespace | null;
  /** By namespace, or end of the wire: what it had lost at the last look, by reason. Pods come and go, and their namespaces with them. */
  readonly #before = new WeakMap<object, ReadonlyMap<string, number>>();
  /** Since the first look, by place and reason. */
  readonly #lost = new Map<string, number>();

  constructor(lab: LossLab, wires: readonly WireQdisc[], first: NetworkNamespace | null) {
    this.#lab = lab;
    this.#wires = wires;
    this.#first = first;
  }

  /** Records what was lost since the last look at each. Who is seen for the first time has lost nothing. @throws SystemCallError */
  look(parties: Iterable<string>): void {
    for (const name of parties) {
      const party = this.#lab.parties.get(name);
      if (party === undefined) continue;
      const counted = networkCounters(party.namespace);
      this.#take({ where: name, device: null }, party.namespace, STACK_LOSSES, counted);
    }
    this.#take({ where: 'kernel', device: null }, KERNEL, SHARED_LOSSES, sharedCounters(this.#first));
    for (const wire of this.#wires) {
      const stats = wire.rtnetlink.link(wire.ifindex)?.stats;
      if (stats === undefined) continue;
      this.#take(wire, wire, [LINK_LOSS], new Map([['rx_dropped', stats.rxDropped]]));
    }
  }

  #take(
    { where, device }: { readonly where: string; readonly device: string | null },
    source: object,
    losses: readonly KernelLoss[],
    counted: ReadonlyMap<string, number>,
  ): void {
    const t = this.#lab.clock.now();
    const now = new Map(losses.map((loss) => [loss.reason, lostOf(loss, counted)]));
    const before = this.#before.get(source) ?? now;
    this.#before.set(source, now);
    for (const { reason, direction } of losses) {
      const more = (now.get(reason) ?? 0) - (before.get(reason) ?? 0);
      if (more <= 0) continue;
      const key = `${where} ${device ?? ''} ${direction} ${reason}`;
      const packets = (this.#lost.get(key) ?? 0) + more;
      this.#lost.set(key, packets);
      this.#lab.record({ type: 'loss', t, where, ...(device === null ? {} : { device }), direction, reason, packets });
    }
  }
}

/** Stands for what all namespaces share. */
const KERNEL = {};
