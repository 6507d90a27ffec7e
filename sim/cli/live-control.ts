/**
 * Changes that other terminals ask of the lab of this run. They are planned here, where the manifests are, on the cluster
 * as the lab says it stands; the agent carries them out.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { AgentCommand, AgentMessage } from '../lab/protocol.ts';
import type { ChangeRequest } from '../manifest/change-request.ts';
import type { SourceFile } from '../manifest/manifests.ts';
import { memoryFiles } from '../manifest/memory-files.ts';
import { readApplied } from '../manifest/read-applied.ts';
import { titleOfChange } from '../plan/describe-change.ts';
import type { LiveChanges } from '../plan/live-changes.ts';
import type { ChangeRecord, TraceRecord } from '../trace/record.ts';

/** What `apply` sends is text: positions and all come from reading it. */
export type LiveRequest =
  { readonly verb: 'apply'; readonly files: readonly SourceFile[] } | Exclude<ChangeRequest, { verb: 'apply' }>;

export interface LiveReply {
  readonly diagnostics: readonly Diagnostic[];
  /** Why the lab refused; null when it did not. */
  readonly error: string | null;
  /** null when nothing was changed. */
  readonly record: ChangeRecord | null;
}

type Changed = Extract<AgentMessage, { type: 'changed' }>;

export class LiveControl {
  readonly #live: LiveChanges;
  readonly #waiting = new Map<number, (message: Changed) => void>();
  #lastId = 0;
  /** One after the other: each is planned on what the one before it left. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(live: LiveChanges) {
    this.#live = live;
  }

  /** Hears what the agent says of changes. */
  hear(message: Changed): void {
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }

  /** Hears every record: a step that is done changes what commands find. */
  see(record: TraceRecord): void {
    if (record.type === 'change' && record.step !== null) this.#live.stepDone(record.step);
  }

  handle(request: LiveRequest, kernel: { send(command: AgentCommand): void }): Promise<LiveReply> {
    const handled = this.#last.then(() => this.#carryOut(request, kernel));
    this.#last = handled.catch(() => undefined);
    return handled;
  }

  async #carryOut(request: LiveRequest, kernel: { send(command: AgentCommand): void }): Promise<LiveReply> {
    const { resolved, diagnostics } = this.#live.planCommand(asRequest(request));
    if (resolved === null) return { diagnostics, error: null, record: null };
    if (Object.keys(resolved.change).length === 0) return { diagnostics, error: null, record: null };
    const id = ++this.#lastId;
    const answer = new Promise<Changed>((hear) => this.#waiting.set(id, hear));
    kernel.send({ type: 'change', id, what: titleOfChange(request.verb, resolved.change), change: resolved.change });
    const changed = await answer;
    if ('error' in changed) return { diagnostics, error: changed.error, record: null };
    this.#live.commandDone(resolved);
    return { diagnostics, error: null, record: changed.record };
  }
}

function asRequest(request: LiveRequest): ChangeRequest {
  if (request.verb !== 'apply') return request;
  const texts = new Map(request.files.map(({ file, text }) => [file, text]));
  return { verb: 'apply', objects: readApplied([...texts.keys()], memoryFiles(Object.fromEntries(texts))).objects };
}
