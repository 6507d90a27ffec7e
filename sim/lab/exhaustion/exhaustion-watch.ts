/**
 * Sees to it that the kernel's tables are large enough for the lab, and says when one was full all the same: what a full table
 * refuses looks on the wire like a policy's denial.
 */
import { SystemCallError } from '../../linux/errno.ts';
import { KernelLog } from '../../linux/kernel-log.ts';
import { NetworkNamespace } from '../../linux/namespace.ts';
import type { AddressFamily, NeighbourTable } from '../../linux/neighbour-table.ts';
import { setMostNeighbours } from '../../linux/neighbour-table.ts';
import { allowOpenFiles } from '../../linux/open-files.ts';
import { Rtnetlink } from '../../linux/rtnetlink.ts';
import { readSysctl, writeSysctl } from '../../linux/sysctl.ts';
import type { Plan, PodPlan } from '../../plan/plan.ts';
import type { ExhaustedRecord } from '../../trace/record.ts';
import type { Lab } from '../lab.ts';
import { note } from '../lab.ts';
import { complaintsIn } from './complaints.ts';
import { MachineError } from '../machine-error.ts';
import type { NeighbourRoom } from './neighbour-room.ts';
import { machinesOf, neighbourDemand, neighbourRoom } from './neighbour-room.ts';
import { backlogRoom } from './backlog-room.ts';
import { openFilesNeeded } from './open-files.ts';

export type WatchedLab = Pick<Lab, 'clock' | 'record' | 'undo'>;

export interface ExhaustionOptions {
  /** Descriptor of the network namespace that the kernel began with; empty where its settings are not ours to change. */
  readonly firstNamespace: string;
  /** Instead of what is reckoned, so that a test can have a full table. */
  readonly mostNeighbours: number | null;
}

const FAMILIES: readonly AddressFamily[] = ['ipv4', 'ipv6'];

export class ExhaustionWatch {
  readonly #lab: WatchedLab;
  readonly #rtnetlink: Rtnetlink;
  readonly #log: KernelLog | null;
  readonly #first: NetworkNamespace | null;
  readonly #most: number | null;
  #demand: NeighbourRoom = { ipv4: 0, ipv6: 0 };
  #refused: ReadonlyMap<AddressFamily, number>;
  #lookedNs: number;

  /** What was full before is not this lab's. @throws SystemCallError */
  constructor(lab: WatchedLab, { firstNamespace, mostNeighbours }: ExhaustionOptions) {
    this.#lab = lab;
    this.#rtnetlink = lab.undo.use('netlink of the tables of neighbours', Rtnetlink.open());
    this.#log = KernelLog.open();
    if (this.#log !== null) lab.undo.use("the kernel's log", this.#log);
    this.#first = firstNamespace === '' ? null : NetworkNamespace.inherited(Number(firstNamespace));
    this.#most = mostNeighbours;
    this.#refused = refusedOf(this.#rtnetlink.neighbourTables());
    this.#lookedNs = lab.clock.now();
  }

  /** The namespace that the kernel began with; null where it is not to be had, or an ordinary user may not enter it. */
  get first(): NetworkNamespace | null {
    try {
      this.#first?.run(() => undefined);
      return this.#first;
    } catch (error) {
      if (error instanceof SystemCallError) return null;
      throw error;
    }
  }

  /**
   * For everybody who is there, or is about to come. Where it may not, it says what is too small.
   * @throws MachineError: descriptors are too few
   */
  makeRoom(plan: Pick<Plan, 'nodes' | 'hosts' | 'timeline'>, pods: readonly PodPlan[]): void {
    allowFilesOf(plan, pods);
    const machines = machinesOf(plan, pods);
    this.#demand = neighbourDemand(machines);
    const room = neighbourRoom(machines);
    for (const family of FAMILIES) this.#makeRoom(family, this.#most ?? room[family], room[family]);
    if (this.#first !== null) allowBacklog(this.#first, pods);
  }

  #makeRoom(family: AddressFamily, wanted: number, room: number): void {
    const table = this.#rtnetlink.neighbourTables().find((one) => one.family === family);
    if (table === undefined) return;
    if (this.#first === null) {
      if (table.most < this.#demand[family]) note(this.#lab, 'warning', this.#tooSmall(table, room));
      return;
    }
    try {
      setMostNeighbours(this.#first, family, wanted);
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error;
      if (table.most < this.#demand[family])
        note(this.#lab, 'warning', `${this.#tooSmall(table, room)} (${error.message})`);
    }
  }

  #tooSmall({ family, most }: NeighbourTable, room: number): string {
    return (
      `when everybody has spoken to everybody, this lab has ${this.#demand[family]} ${NAMES[family]} neighbours, and this ` +
      `kernel's table of all namespaces holds ${most}; checks that it spoils are not judged: ${remedy(family, room)}`
    );
  }

  /** Records what was full since the last look. @returns whether it can have spoilt something */
  look(): boolean {
    const fromNs = this.#lookedNs;
    const t = this.#lab.clock.now();
    const say = (found: Omit<ExhaustedRecord, 'type' | 't' | 'fromNs'>): void => {
      this.#lab.record({ type: 'exhausted', t, fromNs, ...found });
    };
    const tables = this.#rtnetlink.neighbourTables();
    const full = tables.filter(({ family, refused }) => (refused ?? 0) > (this.#refused.get(family) ?? 0));
    const lines = this.#log?.lines() ?? [];
    const complaints = complaintsIn(lines);
    for (const table of full) {
      const said = lines.find((line) => line.includes(KERNELS_NAMES[table.family]));
      say({ ...this.#fullTable(table), ...(said === undefined ? {} : { said }) });
    }
    for (const { resource, cause, help, said, harmless } of complaints) {
      if (resource === 'neighbours' && full.length > 0) continue;
      say({ resource, cause, help, said, ...(harmless === undefined ? {} : { harmless }) });
    }
    this.#refused = refusedOf(tables);
    this.#lookedNs = t;
    return full.length > 0 || complaints.some(({ harmless }) => harmless !== true);
  }

  #fullTable({ family, most, refused }: NeighbourTable): Pick<ExhaustedRecord, 'resource' | 'cause' | 'help'> {
    const times = (refused ?? 0) - (this.#refused.get(family) ?? 0);
    return {
      resource: 'neighbours',
      cause:
        `the kernel's table of ${NAMES[family]} neighbours, one for all namespaces, was full with ${most} entries: ` +
        `it refused ${times} more, and what was sent there was dropped; this lab may need ${this.#demand[family]}`,
      help:
        this.#first === null
          ? remedy(family, Math.max(most * 2, Math.ceil(this.#demand[family] * 1.25)))
          : 'ask less at once; and report it: the lab set that size itself',
    };
  }
}

const NAMES: Readonly<Record<AddressFamily, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };

/** As its log calls the tables. */
const KERNELS_NAMES: Readonly<Record<AddressFamily, string>> = { ipv4: 'arp_cache', ipv6: 'ndisc_cache' };

function remedy(family: AddressFamily, most: number): string {
  const sysctl = `net.${family}.neigh.default.gc_thresh`;
  return `run \`sudo sysctl ${[3, 2, 1].map((n) => `${sysctl}${n}=${most}`).join(' ')}\`, or use --kernel uml, which sets it by itself`;
}

function refusedOf(tables: readonly NeighbourTable[]): ReadonlyMap<AddressFamily, number> {
  return new Map(tables.map(({ family, refused }) => [family, refused ?? 0]));
}

/**
 * A broadcast, as every first question for a neighbour is one, comes to every slave of a master at once, and each copy waits in the backlog
 * of the processor. A kernel whose first namespace we may not write keeps what it has; what is lost there is told as SOFTNET_BACKLOG.
 */
function allowBacklog(first: NetworkNamespace, pods: readonly PodPlan[]): void {
  const room = backlogRoom(pods);
  try {
    if (Number(readSysctl(BACKLOG, first)) < room) writeSysctl(BACKLOG, room, first);
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
  }
}

const BACKLOG = 'net/core/netdev_max_backlog';

function allowFilesOf(plan: Pick<Plan, 'nodes' | 'hosts' | 'timeline'>, pods: readonly PodPlan[]): void {
  const needed = openFilesNeeded(plan, pods);
  try {
    allowOpenFiles(needed);
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    const message = `${pods.length} pods take up to ${needed} open files of one process: ${error.message}`;
    throw new MachineError(message, error.remedy ?? 'ask for fewer pods', { cause: error });
  }
}
