/**
 * Everything that is needed to run it again, and to judge what the numbers are worth.
 */
import { objectKey } from '../../sim/plan/cluster/cluster.ts';
import { formatBytes, formatUs } from '../../sim/measure/words/format.ts';
import { describeLoad } from '../../sim/measure/machine/machine-load.ts';
import type { Observations } from '../../sim/measure/observing/observations.ts';
import type { DropResult, Result } from '../../sim/measure/result.ts';
import { capturesTable } from './captures.ts';
import { html, type Html, type Piece } from './markup/markup.ts';
import type { ReportContext } from './report-context.ts';

const CLOCKS: Readonly<Record<Result['kernel']['clock'], string>> = {
  real: 'real: the emulator, paced by the wall clock',
  virtual: 'virtual: the simulator, the same kernel at its own pace',
};

export function howItWasRunSection(result: Result, seen: Observations, context: ReportContext): Html {
  const { plan, versions } = seen.run;
  const { kernel, build } = result;
  const facts: readonly (readonly [string, Piece])[] = [
    ['command', html`<code>${context.command}</code>`],
    [
      'kernel',
      `${kernel.kind}, Linux ${kernel.release}${kernel.boot_ms === null ? '' : `, up in ${formatUs(kernel.boot_ms * 1000)}`}`,
    ],
    ['clock', CLOCKS[kernel.clock]],
    ...(kernel.seed === undefined ? [] : [['seed', String(kernel.seed)] as const]),
    ['build', `${build.pods} pods, ${formatUs(build.ms_per_pod * 1000)} a pod, ${formatUs(build.ms * 1000)} in all`],
    ...memory(result),
    ['queueing disciplines', qdiscs(seen)],
    [
      'versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['policies at the end', seen.policy?.policies.join(', ') ?? (plan.policies.map(objectKey).join(', ') || 'none')],
    ['started', context.startedAt === null ? 'not known: made again from the trace' : context.startedAt],
    [
      'took',
      context.wallMs === null
        ? `${formatUs(seen.t / 1000)} of the lab’s clock`
        : `${formatUs(context.wallMs * 1000)}, of these ${formatUs(seen.t / 1000)} of the lab’s clock`,
    ],
    ...(context.machine ? [['machine', describeLoad(context.machine)] as const] : []),
  ];
  return html`<section aria-labelledby="run">
    <h2 id="run">How it was run</h2>
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    ${notes(seen)} ${capturesTable(context.captures ?? [])}
    ${context.manifests.map(
      ({ file, text }) =>
        html`<details class="${text.length <= PAPER_CHARACTERS ? 'paper' : ''}">
          <summary><code>${file}</code></summary>
          <pre>${excerpt(text)}</pre>
        </details>`,
    )}
  </section>`;
}

/** Absent where nobody told, as in a trace alone. */
function memory({ memory }: Result): (readonly [string, Piece])[] {
  if (memory === null) return [];
  const maps = memory.maps_bytes === null ? '' : `, eBPF maps ${formatBytes(memory.maps_bytes)}`;
  return [['memory', `agent ${formatBytes(memory.agent_bytes)} (most ${formatBytes(memory.agent_peak_bytes)})${maps}`]];
}

/** A rendered chart of a thousand pods is no reading matter, and the report must stay a few MB. */
const MOST_CHARACTERS = 100_000;
/** Unfolded in print: two pages. */
const PAPER_CHARACTERS = 8_000;

function excerpt(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS)}\n… ${text.length - MOST_CHARACTERS} more characters`;
}

/** `fq on eth0 (egress), fq on ifb (ingress)`: kinds by place, with how many there were. */
function qdiscs(seen: Observations): string {
  const kinds = new Map<string, number>();
  for (const { kind, direction, where } of [...seen.qdiscs.values()].flat()) {
    const key = `${kind} (${placeOf(where, direction)})`;
    kinds.set(key, (kinds.get(key) ?? 0) + 1);
  }
  if (kinds.size === 0) return 'none seen';
  return [...kinds].map(([kind, number]) => `${number} × ${kind}`).join(', ');
}

/** An outside host has no slave: what is on its NIC is its wire. */
function placeOf(where: string, direction: DropResult['direction']): string {
  if (where === 'underlay' || where.startsWith('host:')) return 'underlay';
  return direction === 'egress' ? 'slaves, egress' : 'IFBs, ingress';
}

const MOST_NOTES = 50;

function notes({ notes: all }: Observations): Html {
  const shown = all.filter(({ severity }) => severity !== 'info');
  if (shown.length === 0) return html``;
  return html`<h3>Notes</h3>
    <ul>
      ${shown.slice(0, MOST_NOTES).map(({ t, severity, message }) => html`<li>${severity} at ${(t / 1e9).toFixed(2)} s: ${message}</li>`)}
      ${shown.length > MOST_NOTES ? html`<li>and ${shown.length - MOST_NOTES} more in the trace</li>` : null}
    </ul>`;
}
