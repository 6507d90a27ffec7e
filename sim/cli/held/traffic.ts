/** `traffic FROM TO`: one flow, and its measured rate beside the limit. Exit code 1 where nothing came through. */
import { flowLines } from '../../../reports/terminal/flow-lines.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { inNamespace } from '../../manifest/object-name.ts';
import { createMeasurement } from '../../measure/reduce.ts';
import type { FlowResult } from '../../measure/result.ts';
import { planOneFlow } from '../../plan/one-flow.ts';
import type { PartyPlan } from '../../plan/plan.ts';
import { onePartyOf, portOf, targetOf } from '../../reach/question.ts';
import type { TraceRecord } from '../../trace/record.ts';
import type { Action } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { namespaceOf } from '../namespace-option.ts';
import { askIn, labToAsk } from './lab-to-ask.ts';

export const traffic: Action = async (environment, [from = '', to = '', ...paths], options) => {
  const lab = await labToAsk(environment, paths, options);
  const target = targetOf(to);
  const party = (name: string): PartyPlan => onePartyOf(lab.plan, inNamespace(name, namespaceOf(options))).plan;
  const ends = { from: party(from), to: party(target.to) };
  const asked = target.port === null ? null : portOf(target.port);
  const protocol = (asked === null || /^\d+$/.test(target.port ?? '') ? null : asked.protocol) ?? protocolOf(options);
  if (protocol !== 'TCP' && protocol !== 'UDP') throw noTraffic(protocol);
  const port = asked?.port ?? null;
  const rate = typeof options.rate === 'string' ? options.rate : null;
  const planned = planOneFlow(lab.plan, { ...ends, protocol, durationNs: Number(options.seconds) * 1e9, port, rate });
  const { flow } = planned;
  if (flow === null) throw new DiagnosticError('manifest', planned.diagnostics);
  const records = await askIn(lab, options, [{ type: 'flow', flow }], (lab) => lab.flow(flow));
  const { measured, failure } = measure(records);
  if (options.json === true) environment.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
  else environment.stdout.write(`${flowLines(flow, measured, failure).join('\n')}\n`);
  return failure === null && (measured?.goodput_bps ?? 0) > 0 ? EXIT.ok : EXIT.expectation;
};

function measure(records: readonly TraceRecord[]): {
  readonly measured: FlowResult | null;
  readonly failure: string | null;
} {
  const measurement = createMeasurement();
  for (const record of records) measurement.add(record);
  const { flows, checks } = measurement.result({ bootMs: null });
  return { measured: flows[0] ?? null, failure: checks.find(({ status }) => status === 'fail')?.reason ?? null };
}

function protocolOf({ protocol }: Readonly<Record<string, unknown>>): 'TCP' | 'UDP' {
  return protocol === 'udp' ? 'UDP' : 'TCP';
}

function noTraffic(protocol: string): DiagnosticError {
  const message = `${protocol} carries no flow: traffic is TCP or UDP`;
  return new DiagnosticError('manifest', [{ code: 'E551', severity: 'error', message, help: 'ask `probe` for it' }]);
}
