/** `traffic FROM TO`: one flow, and its measured rate beside the limit. Exit code 1 where nothing came through, or the limit is missed. */
import { flowLines } from '../../../reports/terminal/lines/flow-lines.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { inNamespace } from '../../manifest/objects/object-name.ts';
import { createMeasurement } from '../../measure/observing/reduce.ts';
import { HELP_OF_STARVATION, mayPass } from '../../measure/machine/run-diagnostics.ts';
import type { Check, FlowResult } from '../../measure/result.ts';
import { planOneFlow } from '../../plan/flows/one-flow.ts';
import type { NamedParty } from '../../plan/cluster/named-party.ts';
import type { FlowPlan } from '../../plan/plan.ts';
import type { AskingLab } from '../../reach/asking-lab.ts';
import { onePartyOf, portAsked, targetOf } from '../../reach/question.ts';
import type { TraceRecord } from '../../trace/record.ts';
import type { Action } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { withMachine } from '../machine/watch-guest.ts';
import { namespaceOf } from '../namespace-option.ts';
import { HeldLab } from './held-lab.ts';
import { askIn, labToAsk } from './lab-to-ask.ts';

export const traffic: Action = async (environment, [from = '', to = '', ...paths], options) => {
  const lab = await labToAsk(environment, paths, options);
  const target = targetOf(to);
  const party = (name: string): NamedParty => onePartyOf(lab.plan, inNamespace(name, namespaceOf(options)));
  const receiver = party(target.to);
  const ends = { from: party(from).plan, to: receiver.plan };
  const asked = target.port === null ? null : portAsked(target.port, receiver);
  const protocol = (asked === null || /^\d+$/.test(target.port ?? '') ? null : asked.protocol) ?? protocolOf(options);
  if (protocol !== 'TCP' && protocol !== 'UDP') throw noTraffic(protocol);
  const port = asked?.port ?? null;
  const rate = typeof options.rate === 'string' ? options.rate : null;
  const planned = planOneFlow(lab.plan, { ...ends, protocol, durationNs: Number(options.seconds) * 1e9, port, rate });
  const { flow } = planned;
  if (flow === null) throw new DiagnosticError('input', planned.diagnostics);
  const say = (words: string): void => void environment.stderr.write(`${words}\n`);
  const { measured, failed, unjudged, isSpoilt } = await askIn(lab, options, [{ type: 'flow', flow }], async (lab) => {
    const first = measure(await recordsOf(lab, flow));
    if (!first.mayPass) return first;
    say('the machine was too busy to measure it: once more');
    return measure(await recordsOf(lab, flow));
  });
  if (options.json === true) environment.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
  else environment.stdout.write(`${flowLines(flow, measured, failed).join('\n')}\n`);
  if ((measured?.goodput_bps ?? 0) > 0 && failed === null && unjudged === null) return EXIT.ok;
  if (failed !== null || unjudged === null) return EXIT.expectation;
  say(`${unjudged.name}: ${unjudged.reason ?? 'not measurable here'}`);
  if (isSpoilt) say(`  help: ${HELP_OF_STARVATION}`);
  return EXIT.unjudged;
};

/** The front end of a held lab watches its kernel itself. */
function recordsOf(lab: HeldLab | AskingLab, flow: FlowPlan): Promise<readonly TraceRecord[]> {
  return lab instanceof HeldLab ? lab.flow(flow) : withMachine(lab.kernel, () => lab.flow(flow));
}

interface Measured {
  readonly measured: FlowResult | null;
  /** The check that is not met, or why nothing came through. */
  readonly failed: Check | null;
  readonly unjudged: Check | null;
  /** By a machine that was too busy, or is too slow. */
  readonly isSpoilt: boolean;
  /** That may be otherwise at once. */
  readonly mayPass: boolean;
}

function measure(records: readonly TraceRecord[]): Measured {
  const measurement = createMeasurement();
  for (const record of records) measurement.add(record);
  const { flows, checks, diagnostics } = measurement.result({ bootMs: null });
  const { seen } = measurement;
  return {
    measured: flows[0] ?? null,
    failed: checks.find(({ status }) => status === 'fail') ?? null,
    unjudged: checks.find(({ status }) => status === 'unjudged') ?? null,
    isSpoilt: diagnostics.some(({ code }) => code === 'W502'),
    mayPass: seen?.run.plan.timeline.some((step) => mayPass(seen, step, measurement.checks(step))) === true,
  };
}

function protocolOf({ protocol }: Readonly<Record<string, unknown>>): 'TCP' | 'UDP' {
  return protocol === 'udp' ? 'UDP' : 'TCP';
}

function noTraffic(protocol: string): DiagnosticError {
  const message = `${protocol} carries no flow: traffic is TCP or UDP`;
  return new DiagnosticError('input', [{ code: 'E551', severity: 'error', message, help: 'ask `probe` for it' }]);
}
