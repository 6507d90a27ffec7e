/**
 * The verdict first: what was run, whether it holds, what failed, and the figures worth remembering.
 */
import { formatBps, formatCount, formatKernelClock, formatPct, formatUs } from '../../sim/measure/words/format.ts';
import { busyMachineHint, type MachineLoad } from '../../sim/measure/machine/machine-load.ts';
import type { Observations } from '../../sim/measure/observing/observations.ts';
import type { FlowResult, Result } from '../../sim/measure/result.ts';
import { groupsOf, together, worstError, type FlowGroup, type Parties } from './flow-groups.ts';
import { html, type Html } from './markup/markup.ts';

const WORDS: Readonly<Record<Result['verdict'], string>> = {
  pass: 'Passed',
  fail: 'Failed',
  unjudged: 'Not measurable here',
  error: 'No verdict',
};
const MOST_FAILURES = 12;
const MOST_FLOWS = 4;

export function reportHeader(result: Result, seen: Observations, machine: MachineLoad | null): Html {
  const busy = busyMachineHint(machine, result);
  const { scenario } = seen.run.plan;
  const passed = result.checks.filter(({ status }) => status === 'pass').length;
  const failed = result.checks.filter(({ status }) => status === 'fail');
  const unjudged = result.checks.filter(({ status }) => status === 'unjudged').length;
  const skipped = result.checks.length - passed - failed.length - unjudged;
  return html`<header>
    <p class="kicker">ipvlane report</p>
    <h1>${scenario.name}</h1>
    ${scenario.description === null ? null : html`<p>${scenario.description}</p>`}
    <div class="verdict ${result.verdict}" role="status">
      <strong>${WORDS[result.verdict]}</strong>
      <span>
        ${formatCount(passed)} of ${formatCount(result.checks.length)} checks
        passed${
          failed.length === 0 ? '' : `, ${formatCount(failed.length)} failed`
        }${unjudged === 0 ? '' : `, ${formatCount(unjudged)} not measurable here`}${skipped === 0 ? '' : `, ${formatCount(skipped)} not reached`}.
        ${result.verdict === 'error' ? sentence(result.message ?? '') : ''}
      </span>
    </div>
    ${failures(failed)} ${diagnostics(result)} ${busy === null ? null : html`<p>${sentence(busy)}</p>`}
    <dl class="figures">${flowFigures(result.flows, seen.run.plan)} ${otherFigures(result)}</dl>
  </header>`;
}

function failures(failed: Result['checks']): Html {
  if (failed.length === 0) return html``;
  const more = failed.length - MOST_FAILURES;
  return html`<ul class="failures">
    ${failed.slice(0, MOST_FAILURES).map(({ step, name, reason }) => html`<li><strong>${name}</strong> <span class="quiet">(${step})</span>: ${reason ?? ''}</li>`)}
    ${more > 0 ? html`<li>and ${formatCount(more)} more under <a href="#checks">Checks</a></li>` : null}
  </ul>`;
}

function diagnostics({ diagnostics: all }: Result): Html {
  if (all.length === 0) return html``;
  return html`<ul class="failures">
    ${all.map(({ code, severity, message, help }) => html`<li><strong>${severity} ${code}</strong>: ${message} <span class="quiet">(help: ${help})</span></li>`)}
  </ul>`;
}

/** Of many flows between the same workloads the first few say nothing: then each pair of workloads is a figure. */
function flowFigures(flows: readonly FlowResult[], plan: Parties): readonly Html[] {
  const groups = flows.length > MOST_FLOWS ? groupsOf(flows, plan) : [];
  if (groups.length === 0) return flows.slice(0, MOST_FLOWS).map(flowFigure);
  return groups.slice(0, MOST_FLOWS).map(groupFigure);
}

function groupFigure({ pair, flows }: FlowGroup): Html {
  const bounds = new Set(flows.map(boundText));
  const [bound = null] = bounds;
  const held = bounds.size > 1 ? 'what each may send' : bound === null ? null : `${bound} each`;
  const against = held === null ? 'no limit' : `at worst ${formatPct(worstError(flows))} off ${held}`;
  return html`<div>
    <dt>${pair}, ${formatCount(flows.length)} flows</dt>
    <dd>${together(flows, ({ wire_bps }) => wire_bps, formatBps)}<small>together on the wire, ${against}</small></dd>
  </div>`;
}

function flowFigure(flow: FlowResult): Html {
  return html`<div>
    <dt>${flow.from} → ${flow.to}</dt>
    <dd>${formatBps(flow.wire_bps)}<small>on the wire, ${againstBound(flow)}</small></dd>
  </div>`;
}

function againstBound(flow: FlowResult): string {
  const bound = boundText(flow);
  if (bound === null) return 'no limit';
  if (flow.error_pct === null && flow.bound_by === 'offered') return `of ${bound}`;
  return `${formatPct(flow.error_pct)} off ${bound}`;
}

/** What the flow is held to; null: nothing. */
function boundText({ configured_bps, mean_configured_bps, bound_by, offered_bps }: FlowResult): string | null {
  if (mean_configured_bps !== undefined) return 'limits that changed';
  if (configured_bps === null) return null;
  const limit = `the limit of ${formatBps(configured_bps)}`;
  return bound_by === 'offered' ? `the ${formatBps(offered_bps)} offered, below ${limit}` : limit;
}

function otherFigures({ probes, drops, build, kernel }: Result): Html {
  const agreeing = probes.filter(({ measured, predicted }) => measured === predicted).length;
  const packets = drops.reduce((sum, drop) => sum + drop.packets, 0);
  const reasons = [...new Set(drops.map(({ reason }) => reason))].join(', ');
  return html`${
      probes.length === 0
        ? null
        : html`<div>
            <dt>probes as predicted</dt>
            <dd>${formatCount(agreeing)} of ${formatCount(probes.length)}<small>by packets on the wire</small></dd>
          </div>`
    }
    <div>
      <dt>packets dropped</dt>
      <dd>${formatCount(packets)}<small>${reasons === '' ? 'no reason to' : reasons}</small></dd>
    </div>
    <div>
      <dt>pods</dt>
      <dd>${formatCount(build.pods)}<small>${builtIn(build, kernel)}</small></dd>
    </div>
    <div>
      <dt>kernel</dt>
      <dd>${kernel.kind}<small>Linux ${kernel.release}, ${formatKernelClock(kernel)}</small></dd>
    </div>`;
}

function builtIn({ ms_per_pod }: Result['build'], { clock }: Result['kernel']): string {
  return clock === 'virtual' ? 'built while time stood still' : `${formatUs(ms_per_pod * 1000)} each to build`;
}

function sentence(text: string): string {
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
