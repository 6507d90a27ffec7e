/** A lab that runs in another terminal, as something to ask. */
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { askLab } from '../../kernel/control/request-client.ts';
import type { AskedTarget } from '../../lab/protocol.ts';
import type { FlowPlan, Plan } from '../../plan/plan.ts';
import type { Asked } from '../../reach/ask-lab.ts';
import type { Answer } from '../../reach/answer.ts';
import type { TraceRecord } from '../../trace/record.ts';
import {
  askReplySchema,
  flowReplySchema,
  planReplySchema,
  whoReplySchema,
  type LabQuestion,
  type WhoReply,
} from './questions.ts';

export class HeldLab implements Asked {
  readonly folder: string;
  readonly who: WhoReply;
  /** The cluster as it stood when it was asked. */
  readonly plan: Plan;

  private constructor(folder: string, who: WhoReply, plan: Plan) {
    this.folder = folder;
    this.who = who;
    this.plan = plan;
  }

  /** @param folder its output folder, absolute @throws DiagnosticError of kind machine when none runs there */
  static async at(folder: string): Promise<HeldLab> {
    const who = await askLab(folder, { verb: 'who' } satisfies LabQuestion, whoReplySchema);
    const { plan } = await askLab(folder, { verb: 'plan' } satisfies LabQuestion, planReplySchema);
    return new HeldLab(folder, who, plan);
  }

  get kernel(): WhoReply['kernel'] {
    return this.who.kernel;
  }

  /** @throws DiagnosticError in the lab's words when it could not be answered */
  async ask(
    mode: 'verdict' | 'wire',
    from: readonly string[],
    targets: readonly AskedTarget[],
    timeoutNs: number,
  ): Promise<Answer> {
    const question: LabQuestion = { verb: 'ask', mode, from, targets, timeoutNs };
    const reply = await askLab(this.folder, question, askReplySchema);
    if ('error' in reply) throw refused(reply.error);
    return reply.answer;
  }

  /** A trace of one flow alone. @throws DiagnosticError in the lab's words when it could not be sent */
  async flow(flow: FlowPlan): Promise<readonly TraceRecord[]> {
    const reply = await askLab(this.folder, { verb: 'flow', flow } satisfies LabQuestion, flowReplySchema);
    if ('error' in reply) throw refused(reply.error);
    return reply.records;
  }
}

function refused(words: string): DiagnosticError {
  return new DiagnosticError('machine', [{ code: 'E552', severity: 'error', message: `the lab refused: ${words}` }]);
}
