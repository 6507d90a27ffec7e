/** The cluster followed through changes, planned and real: by the steps of a timeline, and by commands to the running lab. */
import { Collector } from '../../diagnostics/collector.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ChangeRequest } from '../../manifest/scenario/change-request.ts';
import { warnOfCommand, warnOfChange, type Around } from '../change-words/change-words.ts';
import type { Asking, ClusterPlanner } from './cluster-planner.ts';
import type { Cluster } from './cluster.ts';
import type { UnderlayPlan } from '../plan.ts';
import { follow } from './planned-cluster.ts';
import type { PlannedCluster, Resolved } from './planned-cluster.ts';
import type { Undo } from './undo.ts';

export class LiveChanges {
  readonly #planner: ClusterPlanner;
  readonly #around: Around;
  /** By index: what each step of the timeline comes to. */
  readonly #steps = new Map<number, Resolved>();
  /** As the timeline leaves it, so far as it is planned. */
  #planned: PlannedCluster;
  /** As the lab said it stands. */
  #real: PlannedCluster;

  constructor(planner: ClusterPlanner, start: PlannedCluster, around: Around) {
    this.#planner = planner;
    this.#around = around;
    this.#planned = start;
    this.#real = start;
  }

  /** As it stands at the step that is planned next. */
  get planned(): Cluster {
    return this.#planned.cluster;
  }

  /** As the lab said it stands. */
  get real(): Cluster {
    return this.#real.cluster;
  }

  /** Plans the next step of the timeline. */
  planStep(index: number, request: ChangeRequest, asking: Asking, diagnostics: Collector): Resolved {
    const resolved = this.#planner.resolve(this.#planned, request, asking, diagnostics);
    this.#steps.set(index, resolved);
    this.#planned = follow(this.#planned, resolved);
    warnOfChange(this.#planned, resolved, this.#around, diagnostics);
    return resolved;
  }

  /**
   * Plans a command to the lab as it stands now; null when it is wrong.
   * @param underlay as it is now
   */
  planCommand(
    request: ChangeRequest,
    underlay: UnderlayPlan,
  ): {
    readonly resolved: Resolved | null;
    readonly diagnostics: readonly Diagnostic[];
    /** Where the lab does not carry it out: the addresses that it gave out are free again. */
    readonly undo: Undo;
  } {
    const undo = this.#planner.mark();
    const diagnostics = new Collector();
    const resolved = this.#planner.resolve(this.#real, request, { where: () => undefined, underlay }, diagnostics);
    if (!diagnostics.hasErrors) {
      warnOfCommand(request, follow(this.#real, resolved), resolved, this.#around, diagnostics);
    }
    if (diagnostics.hasErrors) undo();
    return { resolved: diagnostics.hasErrors ? null : resolved, diagnostics: diagnostics.sorted(), undo };
  }

  /** The lab has carried a step out. */
  stepDone(index: number): void {
    const resolved = this.#steps.get(index);
    if (resolved !== undefined) this.#real = follow(this.#real, resolved);
  }

  /** The lab has carried a command out. */
  commandDone(resolved: Resolved): void {
    this.#real = follow(this.#real, resolved);
  }
}
