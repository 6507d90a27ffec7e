/**
 * Who reaches whom: a matrix a probe step, measured against predicted, the rule in each cell. Above 24 parties a side
 * it is a table of counts and of every surprise instead.
 */
import { formatAmount, formatCount } from '../../sim/measure/words/format.ts';
import type { ProbeResult } from '../../sim/measure/result.ts';
import { portText } from '../../sim/plan/plan.ts';
import { html, type Html } from './markup/markup.ts';
import { table } from './markup/table.ts';

const MOST_PARTIES = 24;
const MOST_OPEN_RULES = 8;

export function reachabilitySection(probes: readonly ProbeResult[]): Html {
  if (probes.length === 0) return html``;
  const steps = new Map<string, ProbeResult[]>();
  for (const probe of probes) {
    const step = steps.get(probe.step);
    if (step === undefined) steps.set(probe.step, [probe]);
    else step.push(probe);
  }
  return html`<section aria-labelledby="reachability">
    <h2 id="reachability">Reachability</h2>
    ${[...steps].map(
      ([step, its]) =>
        html`<h3>${step}</h3>
          ${stepMatrix(step, its)}`,
    )}
  </section>`;
}

function stepMatrix(step: string, probes: readonly ProbeResult[]): Html {
  const from = [...new Set(probes.map((probe) => probe.from))];
  const receivers = new Set(probes.map((probe) => probe.to));
  // The same party stands at the same place in both directions, so that the diagonal is a diagonal.
  const to = [...new Set([...from, ...receivers])].filter((party) => receivers.has(party));
  const wrong = probes.filter((probe) => probe.measured !== probe.predicted);
  const summary = html`<p>
    ${formatAmount(probes.length, 'probe')}: ${formatCount(count(probes, 'allowed'))} allowed,
    ${formatCount(count(probes, 'denied'))} denied; ${agreement(wrong.length)}.
  </p>`;
  if (from.length > MOST_PARTIES || to.length > MOST_PARTIES)
    return html`${summary}${surprises(wrong)}${counts(probes)}`;
  const cells = new Map<string, ProbeResult[]>();
  for (const probe of probes) {
    const key = JSON.stringify([probe.from, probe.to]);
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [probe]);
    else cell.push(probe);
  }
  const rules = new Map([...new Set(probes.map(({ rule }) => rule))].map((rule, i) => [rule, i + 1]));
  return html`${summary}
    <div class="scroll" role="region" aria-label="Reachability: ${step}" tabindex="0">
      <table class="matrix">
        <caption>
          Rows send, columns receive. ✓ allowed, ✗ denied, as the wire answered; ≠ differs from the prediction; the
          small number names the rule below.
        </caption>
        <thead>
          <tr>
            <th scope="col">from \\ to</th>
            ${to.map((party) => html`<th scope="col">${party}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${from.map(
            (sender) =>
              html`<tr>
                <th scope="row">${sender}</th>
                ${to.map((receiver) => matrixCell(cells.get(JSON.stringify([sender, receiver])) ?? [], rules))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${legendOf([...rules.keys()])}`;
}

/** The rule that decided each cell, by the number that stands in it. */
function legendOf(rules: readonly string[]): Html {
  const list = html`<ol class="rules">
    ${rules.map((rule) => html`<li>${rule}</li>`)}
  </ol>`;
  if (rules.length <= MOST_OPEN_RULES) return list;
  return html`<details class="paper">
    <summary>${rules.length} reasons, by number</summary>
    ${list}
  </details>`;
}

function matrixCell(probes: readonly ProbeResult[], rules: ReadonlyMap<string, number>): Html {
  if (probes.length === 0) return html`<td class="none" title="not probed">·</td>`;
  const wrong = probes.some(
    ({ measured, predicted, expected }) => measured !== predicted || (expected ?? measured) !== measured,
  );
  const verdicts = new Set(probes.map(({ measured }) => measured));
  const tone = wrong ? 'wrong' : verdicts.size === 1 ? [...verdicts].join('') : '';
  const title = probes.map(
    (probe) => `${portText(probe)} ${probe.measured}, predicted ${probe.predicted}: ${probe.rule}`,
  );
  return html`<td class="${tone}" title="${title.join('\n')}">
    ${probes.map((probe) => html`<div>${MARKS[probe.measured]} ${portText(probe)}${probe.measured === probe.predicted ? '' : ' ≠'} <sup class="quiet">${rules.get(probe.rule) ?? 0}</sup></div>`)}
  </td>`;
}

const MARKS: Readonly<Record<ProbeResult['measured'], string>> = { allowed: '✓', denied: '✗' };

function count(probes: readonly ProbeResult[], verdict: ProbeResult['measured']): number {
  return probes.filter(({ measured }) => measured === verdict).length;
}

function agreement(wrong: number): string {
  return wrong === 0
    ? 'the wire agrees with the prediction on every one'
    : `${formatCount(wrong)} differ from the prediction`;
}

function surprises(wrong: readonly ProbeResult[]): Html {
  return table(
    'Measured other than predicted',
    [
      { title: 'from' },
      { title: 'to' },
      { title: 'port' },
      { title: 'predicted' },
      { title: 'measured' },
      { title: 'rule' },
    ],
    wrong.map((probe) => ({
      tone: 'fail' as const,
      cells: [probe.from, probe.to, portText(probe), probe.predicted, probe.measured, probe.rule],
    })),
  );
}

function counts(probes: readonly ProbeResult[]): Html {
  const rules = new Map<string, { rule: string; measured: string; probes: number }>();
  for (const { rule, measured } of probes) {
    const key = `${measured} ${rule}`;
    const entry = rules.get(key) ?? { rule, measured, probes: 0 };
    entry.probes += 1;
    rules.set(key, entry);
  }
  return table(
    'Probes by what decided them',
    [{ title: 'rule' }, { title: 'measured' }, { title: 'probes', numeric: true }],
    [...rules.values()]
      .sort((a, b) => b.probes - a.probes)
      .map((entry) => ({ cells: [entry.rule, entry.measured, formatCount(entry.probes)] })),
  );
}
