/** What every part of a lab has at hand. */
import type { NetworkNamespace } from '../linux/namespace.ts';
import type { Plan } from '../plan/plan.ts';
import type { Clock, NoteRecord, TraceRecord } from '../trace/record.ts';
import type { LabClock } from './clock.ts';
import type { ExhaustionWatch } from './exhaustion/exhaustion-watch.ts';
import type { EchoIdentifiers } from './probe/echo-asker.ts';
import type { RunOptions } from './protocol.ts';
import type { TakeCommands } from './shown-commands.ts';
import type { FlowListeners } from './traffic/generator/flow-listeners.ts';
import type { RequestServers } from './traffic/generator/request-server.ts';
import type { PortPool } from './traffic/generator/port-pool.ts';
import type { Undo } from './undo.ts';

export interface Lab {
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly clock: LabClock;
  readonly undo: Undo;
  readonly record: (record: TraceRecord) => void;
  readonly takeCommands: TakeCommands;
  /** Of the wires and nodes. */
  readonly ifindexes: IfindexPool;
  /** Of what is in the pods: the map `endpoints` is an array over these, so they are as low and as few as can be. */
  readonly podIfindexes: IfindexPool;
  readonly echoIdentifiers: EchoIdentifiers;
  readonly ports: PortPool;
  readonly flowListeners: FlowListeners;
  readonly requestServers: RequestServers;
  /** Under a virtual clock nothing may spin: time stands still meanwhile. */
  readonly clockKind: Clock;
  readonly exhaustion: ExhaustionWatch;
  /** By party name: `namespace/name`, `host:NAME`, `node:NAME`. */
  readonly parties: Map<string, Party>;
}

/** Somebody who has a network of its own: a pod, a host, a node. */
export interface Party {
  readonly name: string;
  readonly namespace: NetworkNamespace;
  /** Of a pod whose packets the dataplane sees; null for everybody else. */
  readonly endpointId: number | null;
  /** Paths of settings that its manifest says, and nobody else may: of a pod. */
  readonly ownSysctls?: ReadonlySet<string>;
}

/**
 * Interface indexes that are unique across all namespaces of the lab: the dataplane knows an endpoint by its ifindex.
 * They start above what the kernel gives by itself in a namespace as small as these.
 */
export class IfindexPool {
  #next: number;

  constructor(first: number) {
    this.#next = first;
  }

  take(): number {
    return this.#next++;
  }
}

/** Something people should know that is no verdict. */
export function note(lab: Pick<Lab, 'record' | 'clock'>, severity: NoteRecord['severity'], message: string): void {
  lab.record({ type: 'note', t: lab.clock.now(), severity, message });
}

/** @throws Error when the plan names somebody who was not built. */
export function partyNamed(lab: Pick<Lab, 'parties'>, name: string): Party {
  const party = lab.parties.get(name);
  if (party === undefined) throw new Error(`${name} was not built, so nothing can be run there`);
  return party;
}

/** An error in words, without its stack. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
