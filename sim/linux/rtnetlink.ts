/** Links, addresses, routes, qdiscs and filters of one network namespace, over one rtnetlink socket. */
import { RTM_DELNEIGH, RTM_NEWADDR, RTM_NEWNEIGH, newAddress, newNeighbor, oldNeighbor } from './address.ts';
import type { AddressOptions } from './address.ts';
import { RTM_NEWTFILTER, filterMessage, writeActionFilter, writeBpfFilter } from './filter.ts';
import type { ActionFilter, BpfFilter } from './filter.ts';
import {
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_NEWLINK,
  ifinfomsg,
  readLink,
  writeLinkChange,
  writeLinkQuery,
  writeNewLink,
} from './link.ts';
import type { Link, LinkChange, LinkSpec } from './link.ts';
import { namespaceHere, type NetworkNamespace } from './namespace.ts';
import { NetlinkSocket } from './netlink-socket.ts';
import { FLAG } from './netlink-message.ts';
import {
  RTM_DELQDISC,
  RTM_GETQDISC,
  RTM_NEWQDISC,
  TC_H_CLSACT,
  TC_H_ROOT,
  readQdisc,
  tcmsg,
  writeQdisc,
} from './qdisc.ts';
import type { QdiscSpec, QdiscStats } from './qdisc.ts';
import { observer } from './observer.ts';
import { RTM_GETNEIGHTBL, ndtmsg, readNeighbourTable } from './neighbour-table.ts';
import type { NeighbourTable } from './neighbour-table.ts';
import { RTM_DELROUTE, RTM_NEWROUTE, newRoute } from './route.ts';
import type { RouteSpec } from './route.ts';
import { RTM_NEWTCLASS, writeClass } from './traffic-class.ts';
import type { HtbClassSpec } from './traffic-class.ts';
import { isSystemCallError } from './errno.ts';

/** Where a qdisc hangs: at the root, where clsact goes, or below a class by its handle (`0x00010001` is `1:1`). */
export type QdiscParent = 'root' | 'clsact' | number;

/**
 * The socket belongs to the namespace it was opened in and may be used from anywhere afterwards.
 * Every method throws SystemCallError with the kernel's own words (extended acknowledgement) when it is refused,
 * and RangeError for an argument that the format cannot say.
 */
export class Rtnetlink implements Disposable {
  readonly #socket: NetlinkSocket;
  /** Name of its namespace; null: of the one that this process was started in. */
  readonly #namespace: string | null;

  private constructor(socket: NetlinkSocket, namespace: string | null) {
    this.#socket = socket;
    this.#namespace = namespace;
  }

  /** @throws SystemCallError */
  static open(ns?: NetworkNamespace): Rtnetlink {
    return ns === undefined
      ? new Rtnetlink(NetlinkSocket.open(), namespaceHere())
      : new Rtnetlink(
          ns.run(() => NetlinkSocket.open()),
          ns.name,
        );
  }

  /**
   * Sends what `work` asks for together, in order, at its end. Answers (`link`, `links`, `qdiscs`) are not to be had inside.
   * The kernel goes on after a refusal; the first one is thrown.
   */
  batch(work: () => void): void {
    this.#socket.batch(work);
  }

  addLink(spec: LinkSpec): void {
    this.#socket.request({
      type: RTM_NEWLINK,
      name: 'RTM_NEWLINK',
      flags: CREATE,
      fixed: ifinfomsg(spec.ifindex, spec.up),
      write: (message) => {
        writeNewLink(message, spec);
      },
      attempted: `add ${spec.kind} link ${spec.name}`,
      remedies: { EOPNOTSUPP: `this kernel has no ${spec.kind} links: ${moduleRemedy(LINK_MODULES[spec.kind])}` },
    });
    observer.tell?.({ what: 'add-link', namespace: this.#namespace, spec });
  }

  /** Null when there is no such link here. */
  link(nameOrIndex: string | number): Link | null {
    const byName = typeof nameOrIndex === 'string';
    try {
      const [answer] = this.#socket.ask({
        type: RTM_GETLINK,
        name: 'RTM_GETLINK',
        flags: 0,
        fixed: ifinfomsg(byName ? 0 : nameOrIndex),
        write: (message) => {
          writeLinkQuery(message, byName ? nameOrIndex : null);
        },
        attempted: `read link ${nameOrIndex}`,
      });
      if (answer === undefined) return null;
      const link = readLink(answer);
      observer.tell?.({
        what: 'see-link',
        namespace: this.#namespace,
        ifindex: link.ifindex,
        address: link.address,
      });
      return link;
    } catch (error) {
      if (isSystemCallError(error, 'ENODEV')) return null;
      throw error;
    }
  }

  links(): Link[] {
    const request = {
      type: RTM_GETLINK,
      name: 'RTM_GETLINK',
      flags: FLAG.dump,
      fixed: ifinfomsg(),
      attempted: 'list links',
    };
    return this.#socket.ask(request).map(readLink);
  }

  setLink(ifindex: number, change: LinkChange): void {
    this.#socket.request({
      type: RTM_NEWLINK,
      name: 'RTM_NEWLINK',
      flags: 0,
      fixed: ifinfomsg(ifindex, change.up),
      write: (message) => {
        writeLinkChange(message, change);
      },
      attempted: `set ${Object.keys(change).join(', ')} of link ${ifindex}`,
    });
    observer.tell?.({ what: 'set-link', namespace: this.#namespace, ifindex, change });
  }

  deleteLink(ifindex: number): void {
    const fixed = ifinfomsg(ifindex);
    this.#socket.request({
      type: RTM_DELLINK,
      name: 'RTM_DELLINK',
      flags: 0,
      fixed,
      attempted: `delete link ${ifindex}`,
    });
    observer.tell?.({ what: 'delete-link', namespace: this.#namespace, ifindex });
  }

  /** `address` as `172.51.0.100/16`. The link's own subnet becomes reachable with it. */
  addAddress(ifindex: number, address: string, options: AddressOptions = {}): void {
    this.#socket.request({
      type: RTM_NEWADDR,
      name: 'RTM_NEWADDR',
      flags: CREATE,
      ...newAddress(ifindex, address, options),
      attempted: `add address ${address} to link ${ifindex}`,
      remedies: { EOPNOTSUPP: `this kernel has no IPv6: ${moduleRemedy('ipv6')}` },
    });
    observer.tell?.({ what: 'add-address', namespace: this.#namespace, ifindex, address, options });
  }

  addRoute(route: RouteSpec): void {
    this.#route('add', route);
  }

  /**
   * As CNI plugins add one: another route to the same destination stays. In IPv4 the new one is put before it, in IPv6 both
   * become next hops of one route where both have a gateway. Only the very same route is refused.
   */
  addRouteBeside(route: RouteSpec): void {
    this.#route('prepend', route);
  }

  /** A route to the same destination that is there gives way. */
  replaceRoute(route: RouteSpec): void {
    this.#route('replace', route);
  }

  #route(verb: keyof typeof VERB_FLAGS, route: RouteSpec): void {
    this.#socket.request({
      type: RTM_NEWROUTE,
      name: 'RTM_NEWROUTE',
      flags: VERB_FLAGS[verb],
      ...newRoute(route),
      attempted: `add route to ${route.to}${route.via === undefined ? '' : ` via ${route.via}`}`,
    });
    observer.tell?.({ what: 'route', namespace: this.#namespace, verb, route });
  }

  /** The route to the same destination, by the same link. */
  deleteRoute(route: RouteSpec): void {
    this.#socket.request({
      type: RTM_DELROUTE,
      name: 'RTM_DELROUTE',
      flags: 0,
      ...newRoute(route),
      attempted: `delete route to ${route.to}`,
    });
    observer.tell?.({ what: 'route', namespace: this.#namespace, verb: 'delete', route });
  }

  /** `address` is at `mac` for good, without asking. */
  addNeighbor(ifindex: number, address: string, mac: string): void {
    this.#socket.request({
      type: RTM_NEWNEIGH,
      name: 'RTM_NEWNEIGH',
      flags: FLAG.create | FLAG.replace,
      ...newNeighbor(ifindex, address, mac),
      attempted: `add neighbour ${address} at ${mac} to link ${ifindex}`,
    });
    observer.tell?.({ what: 'add-neighbor', namespace: this.#namespace, ifindex, address, mac });
  }

  deleteNeighbor(ifindex: number, address: string): void {
    this.#socket.request({
      type: RTM_DELNEIGH,
      name: 'RTM_DELNEIGH',
      flags: 0,
      ...oldNeighbor(ifindex, address),
      attempted: `delete neighbour ${address} of link ${ifindex}`,
    });
    observer.tell?.({ what: 'delete-neighbor', namespace: this.#namespace, ifindex, address });
  }

  /** The kernel's tables of neighbours, which all namespaces share. */
  neighbourTables(): NeighbourTable[] {
    const request = {
      type: RTM_GETNEIGHTBL,
      name: 'RTM_GETNEIGHTBL',
      flags: FLAG.dump,
      fixed: ndtmsg(),
      attempted: 'read the tables of neighbours',
    };
    return this.#socket.ask(request).flatMap((message) => readNeighbourTable(message) ?? []);
  }

  /** `handle` as `0x00010000` for `1:`; the kernel chooses when left out. */
  addQdisc(ifindex: number, parent: QdiscParent, spec: QdiscSpec, handle = 0): void {
    this.#qdisc('add', `add qdisc ${spec.kind} to link ${ifindex}`, ifindex, parent, spec, handle);
  }

  /** Changes the options of the qdisc that is there, packets in it and counters kept, or puts this one in its place. */
  replaceQdisc(ifindex: number, parent: QdiscParent, spec: QdiscSpec, handle = 0): void {
    const attempted = `replace qdisc ${spec.kind} of link ${ifindex}`;
    this.#qdisc('replace', attempted, ifindex, parent, spec, handle);
  }

  deleteQdisc(ifindex: number, parent: QdiscParent): void {
    this.#socket.request({
      type: RTM_DELQDISC,
      name: 'RTM_DELQDISC',
      flags: 0,
      fixed: tcmsg(ifindex, 0, parentHandle(parent)),
      attempted: `delete qdisc at ${parent} of link ${ifindex}`,
    });
    observer.tell?.({ what: 'delete-qdisc', namespace: this.#namespace, ifindex, parent });
  }

  /** The program decides by its return value (direct action), for every protocol. The link needs a clsact. */
  addBpfFilter(filter: BpfFilter): void {
    this.#socket.request({
      type: RTM_NEWTFILTER,
      name: 'RTM_NEWTFILTER',
      flags: CREATE,
      fixed: filterMessage(filter),
      write: (message) => {
        writeBpfFilter(message, filter);
      },
      attempted: `attach eBPF program ${filter.name} to ${filter.hook} of link ${filter.ifindex}`,
      remedies: { ENOENT: `this kernel has no cls_bpf: ${moduleRemedy('cls_bpf')}`, EINVAL: NO_CLSACT },
    });
    observer.tell?.({ what: 'add-bpf-filter', namespace: this.#namespace, filter });
  }

  /** Polices every packet at the hook, sends it out by another link (an IFB for one), or both. The link needs a clsact. */
  addActionFilter(filter: ActionFilter): void {
    const { hook, ifindex, police, redirectTo } = filter;
    const actions = [
      ...(police === undefined ? [] : ['police']),
      ...(redirectTo === undefined ? [] : [`redirect to link ${redirectTo}`]),
    ];
    const modules = `cls_matchall${police === undefined ? '' : ', act_police'} and act_mirred`;
    this.#socket.request({
      type: RTM_NEWTFILTER,
      name: 'RTM_NEWTFILTER',
      flags: CREATE,
      fixed: filterMessage(filter),
      write: (message) => {
        writeActionFilter(message, filter);
      },
      attempted: `${actions.join(' and ')} at ${hook} of link ${ifindex}`,
      remedies: {
        ENOENT: `this kernel lacks one of ${modules}: ${moduleRemedy(modules)}`,
        EINVAL: NO_CLSACT,
      },
    });
    observer.tell?.({ what: 'add-action-filter', namespace: this.#namespace, filter });
  }

  /** `classid` and `parent` as `0x00010001` for `1:1`; the qdisc whose major number they carry must be there. */
  addClass(ifindex: number, parent: number, classid: number, spec: HtbClassSpec): void {
    this.#socket.request({
      type: RTM_NEWTCLASS,
      name: 'RTM_NEWTCLASS',
      flags: CREATE,
      fixed: tcmsg(ifindex, classid, parent),
      write: (message) => {
        writeClass(message, spec);
      },
      attempted: `add ${spec.kind} class to link ${ifindex}`,
    });
    observer.tell?.({ what: 'add-class', namespace: this.#namespace, ifindex, parent, classid, spec });
  }

  /** Qdiscs with their counters: of one link, or of all. */
  qdiscs(ifindex?: number): QdiscStats[] {
    const all = this.#socket
      .ask({
        type: RTM_GETQDISC,
        name: 'RTM_GETQDISC',
        flags: FLAG.dump,
        fixed: tcmsg(0, 0, 0),
        attempted: 'list qdiscs',
      })
      .map(readQdisc);
    return ifindex === undefined ? all : all.filter((qdisc) => qdisc.ifindex === ifindex);
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }

  #qdisc(
    verb: 'add' | 'replace',
    attempted: string,
    ifindex: number,
    parent: QdiscParent,
    spec: QdiscSpec,
    handle: number,
  ): void {
    const clsact = spec.kind === 'clsact';
    this.#socket.request({
      type: RTM_NEWQDISC,
      name: 'RTM_NEWQDISC',
      flags: VERB_FLAGS[verb],
      fixed: tcmsg(ifindex, clsact ? CLSACT_HANDLE : handle, parentHandle(parent)),
      write: (message) => {
        writeQdisc(message, spec);
      },
      attempted,
      remedies: {
        ENOENT: `this kernel has no ${spec.kind}: ${moduleRemedy(clsact ? 'sch_ingress' : `sch_${spec.kind}`)}`,
      },
    });
    observer.tell?.({ what: 'qdisc', namespace: this.#namespace, verb, ifindex, parent, spec, handle });
  }
}

const CREATE = FLAG.create | FLAG.exclusive;
/** By the verbs of ip(8) and tc(8). */
const VERB_FLAGS = { add: CREATE, prepend: FLAG.create, replace: FLAG.create | FLAG.replace } as const;
const CLSACT_HANDLE = 0xffff0000;
const NO_CLSACT = 'add a clsact qdisc to the link first';

const LINK_MODULES: Readonly<Record<LinkSpec['kind'], string>> = {
  veth: 'veth',
  ipvlan: 'ipvlan',
  bridge: 'bridge',
  dummy: 'dummy',
  ifb: 'ifb',
  vlan: '8021q',
  bond: 'bonding',
};

function moduleRemedy(module: string): string {
  return `load module ${module}, or choose another kernel (--kernel uml)`;
}

function parentHandle(parent: QdiscParent): number {
  if (typeof parent === 'number') return parent;
  return parent === 'root' ? TC_H_ROOT : TC_H_CLSACT;
}
