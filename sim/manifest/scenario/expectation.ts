/**
 * The expectation language of a Scenario, parsed: `wire_bps within 3% of limit`, `first_second_bps <= 1.1 limit`,
 * `drops.EDT_HORIZON == 0`, `test[0] -> test[1]: error_pct within 3`, `sum(wire_bps) between 2s and 3s <= limit`.
 */
import { parseQuantity } from '../../../dataplane/bandwidth/quantity.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import { parseDuration } from './duration.ts';
import type { Path } from '../manifests.ts';
import { type MetricName, metrics } from './metrics.ts';
import { PARTY_HELP, parseParty } from './party.ts';
import type { PartyReference } from './party.ts';

export type ExpectationValue =
  | { readonly of: 'number'; readonly value: number }
  | { readonly of: 'limit' | 'mean limit' | 'predicted'; readonly times: number };

/** Since a flow's first byte. */
export interface TimeWindow {
  readonly fromNs: number;
  readonly toNs: number;
}

export interface Expectation {
  /** As it was written. */
  readonly text: string;
  readonly path: Path;
  /** The one flow it speaks of; null: every flow of the step. */
  readonly flow: { readonly from: PartyReference; readonly to: PartyReference } | null;
  readonly metric: MetricName;
  /** Of `drops.REASON`. */
  readonly dropReason: string | null;
  /** Of all these flows together. */
  readonly sum: boolean;
  /** null: of the whole flow, rates without its first second. */
  readonly between: TimeWindow | null;
  readonly comparison:
    | { readonly op: '<' | '<=' | '>' | '>=' | '==' | '!='; readonly value: ExpectationValue }
    | { readonly op: 'within'; readonly tolerancePct: number; readonly value: ExpectationValue };
}

/** What cannot be understood, as a stretch of the text. */
export interface ExpectationProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly help: string;
}

const COMPARISONS = ['<', '<=', '>', '>=', '==', '!='] as const;
const VALUE_HELP =
  'write a number (`1000`, `95M`), `limit`, `mean limit`, `predicted`, or a multiple such as `1.1 limit`';

/** What of several flows adds up. Drops are those at a flow's two ends, and two flows may have one of them in common. */
const SUMMED: ReadonlySet<MetricName> = new Set([
  ...(['wire_bps', 'goodput_bps', 'first_second_bps', 'retransmits', 'lost_packets'] as const),
  ...(['requests_lost', 'connections_per_s'] as const),
]);

/** What is known of a part of a flow. */
const WINDOWED: ReadonlySet<MetricName> = new Set([
  ...(['wire_bps', 'goodput_bps', 'retransmits', 'lost_packets', 'loss_pct'] as const),
  ...(['rtt_p50_us', 'rtt_p95_us', 'rtt_p99_us'] as const),
  ...(['request_p50_us', 'request_p95_us', 'request_p99_us', 'request_max_us'] as const),
]);

/** Counters are read every 100 ms, by many flows each 500 ms. */
const SHORTEST_WINDOW_NS = 300e6;

/** Parses one expectation; `path` is where it was said. */
export function parseExpectation(text: string, path: Path): Expectation | ExpectationProblem {
  const flow = parseFlow(text, path);
  if ('message' in flow) return flow;
  const words = wordsOf(text, flow.end);
  const [metricWord, ...behind] = words;
  if (metricWord === undefined) return atEnd(text, 'a metric is missing', `write one of ${metricList()}`);
  const metric = parseSummed(metricWord);
  if ('message' in metric) return metric;
  const window = parseBetween(text, metric.metric, behind);
  if ('message' in window) return window;
  const [opWord, ...rest] = window.rest;
  if (opWord === undefined)
    return atEnd(text, 'a comparison is missing', 'write `<`, `<=`, `>`, `>=`, `==`, `!=` or `within`');
  const comparison =
    opWord.text === 'within'
      ? parseWithin(text, metric.metric, rest)
      : parseComparison(text, metric.metric, opWord, rest);
  if ('message' in comparison) return comparison;
  return { text, path, flow: flow.flow, ...metric, between: window.between, comparison };
}

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Words and operators, so that `drops==0` reads as `drops == 0` does. */
function wordsOf(text: string, from: number): Word[] {
  return [...text.matchAll(/[<>=!]+|[^\s<>=!]+/g)]
    .map((match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }))
    .filter((word) => word.start >= from);
}

/** `FROM -> TO: ` before the metric. */
const FLOW = /^(\s*)(\S+)(\s*->\s*)(\S+?):(?:\s+|$)/;

/** What is expected, without the flow of which it is. */
export function conditionOf(text: string): string {
  return text.replace(FLOW, '').trim();
}

/** `end`: where the metric begins. */
function parseFlow(text: string, path: Path): { flow: Expectation['flow']; end: number } | ExpectationProblem {
  const match = FLOW.exec(text);
  if (match === null) {
    const arrow = text.indexOf('->');
    if (arrow === -1) return { flow: null, end: 0 };
    return {
      start: arrow,
      end: arrow + 2,
      message: 'a flow is written `FROM -> TO: ` before its expectation',
      help: 'write for example `test[0] -> test[1]: goodput_bps > 90M` (in quotes)',
    };
  }
  const [whole, space = '', fromText = '', arrow = '', toText = ''] = match;
  const from = parseParty(fromText, path);
  const to = parseParty(toText, path);
  if (from !== null && to !== null) return { flow: { from, to }, end: whole.length };
  const start = space.length + (from === null ? 0 : fromText.length + arrow.length);
  const wrong = from === null ? fromText : toText;
  return { start, end: start + wrong.length, message: `\`${wrong}\` is not a party`, help: PARTY_HELP };
}

/** `METRIC`, or `sum(METRIC)`. */
function parseSummed(word: Word): Pick<Expectation, 'metric' | 'dropReason' | 'sum'> | ExpectationProblem {
  const call = /^([a-z]+)\((.*)\)$/i.exec(word.text);
  if (call === null) {
    const metric = parseMetric(word);
    return 'message' in metric ? metric : { ...metric, sum: false };
  }
  const [, name = '', inner = ''] = call;
  const innerStart = word.start + name.length + 1;
  if (name !== 'sum') {
    const message = `\`${name}\` of flows is nothing that can be asked for`;
    return { start: word.start, end: word.start + name.length, message, help: 'write `sum(...)`, or the metric alone' };
  }
  const metric = parseMetric({ text: inner, start: innerStart, end: innerStart + inner.length });
  if ('message' in metric || SUMMED.has(metric.metric)) return 'message' in metric ? metric : { ...metric, sum: true };
  return {
    start: innerStart,
    end: innerStart + inner.length,
    message: `\`${inner}\` of several flows has no sum`,
    help: `write \`${inner}\` alone, of each flow, or take one of ${[...SUMMED].join(', ')}`,
  };
}

/** `between 2s and 3s`, where it is written. */
function parseBetween(
  text: string,
  metric: MetricName,
  words: readonly Word[],
): { readonly between: TimeWindow | null; readonly rest: readonly Word[] } | ExpectationProblem {
  const [between, from, and, to, ...rest] = words;
  if (between?.text !== 'between') return { between: null, rest: words };
  const help = 'write for example `between 2s and 3s`: times since the first byte of the flow';
  if (!WINDOWED.has(metric)) {
    const message = `\`${metric}\` is of a whole flow, and not of a part of it`;
    return { ...between, message, help: `of a part there are ${[...WINDOWED].join(', ')}` };
  }
  if (from === undefined) return atEnd(text, 'a time is missing', help);
  const fromNs = parseDuration(from.text);
  if (fromNs === null) return { ...from, message: `\`${from.text}\` is not a time`, help };
  if (and === undefined) return atEnd(text, '`and` is missing', help);
  if (and.text !== 'and') return { ...and, message: '`and` is missing between the two times', help };
  if (to === undefined) return atEnd(text, 'a time is missing', help);
  const toNs = parseDuration(to.text);
  if (toNs === null) return { ...to, message: `\`${to.text}\` is not a time`, help };
  if (toNs <= fromNs) return { ...to, message: `${to.text} is not after ${from.text}`, help };
  if (toNs - fromNs < SHORTEST_WINDOW_NS) {
    const message = `from ${from.text} to ${to.text} is too short a time to measure`;
    return { start: from.start, end: to.end, message, help: 'counters are read every 100 ms: take 300ms or more' };
  }
  return { between: { fromNs, toNs }, rest };
}

function parseMetric(word: Word): Pick<Expectation, 'metric' | 'dropReason'> | ExpectationProblem {
  const [name = '', reason] = word.text.split('.', 2);
  if (!(name in metrics)) {
    const help = didYouMean(name, Object.keys(metrics)) ?? `write one of ${metricList()}`;
    return { ...word, end: word.start + name.length, message: `\`${name}\` is not a metric`, help };
  }
  if (reason === undefined) return { metric: name as MetricName, dropReason: null };
  if (name === 'drops' && /^[A-Z][A-Z0-9_]*$/.test(reason)) return { metric: 'drops', dropReason: reason };
  const message = name === 'drops' ? `\`${reason}\` is not a drop reason` : `\`${name}\` has no parts`;
  const help = name === 'drops' ? 'write a reason in capitals, as in `drops.EDT_HORIZON`' : `write \`${name}\``;
  return { start: word.start + name.length + 1, end: word.end, message, help };
}

/** `within P% of VALUE`, or for error_pct `within N`. */
function parseWithin(
  text: string,
  metric: MetricName,
  words: readonly Word[],
): Expectation['comparison'] | ExpectationProblem {
  const [amount, of, ...rest] = words;
  if (amount === undefined) return atEnd(text, 'a tolerance is missing', 'write `within 3% of limit`');
  const percent = /^(\d+(?:\.\d+)?)(%?)$/.exec(amount.text);
  if (percent === null) {
    return { ...amount, message: `\`${amount.text}\` is not a tolerance`, help: 'write `within 3% of limit`' };
  }
  const tolerance = Number(percent[1]);
  if (metric === 'error_pct') {
    if (of === undefined) return { op: '<=', value: { of: 'number', value: tolerance } };
    return {
      ...of,
      end: text.trimEnd().length,
      message: 'error_pct is already a difference',
      help: `write \`error_pct within ${tolerance}\``,
    };
  }
  if (percent[2] !== '%') {
    return {
      ...amount,
      message: `only error_pct may be \`within ${amount.text}\``,
      help: `write \`within ${amount.text}% of limit\``,
    };
  }
  if (of?.text !== 'of') {
    const message = `\`of\` is missing after \`within ${amount.text}\``;
    const help = `write \`within ${amount.text} of limit\``;
    return of === undefined ? atEnd(text, message, help) : { ...of, message, help };
  }
  const value = parseValue(text, metric, rest);
  return 'message' in value ? value : { op: 'within', tolerancePct: tolerance, value };
}

function parseComparison(
  text: string,
  metric: MetricName,
  word: Word,
  rest: readonly Word[],
): Expectation['comparison'] | ExpectationProblem {
  const op = COMPARISONS.find((candidate) => candidate === word.text);
  if (op === undefined) {
    const help =
      word.text === '='
        ? 'write `==`'
        : (didYouMean(word.text, ['within']) ?? 'write `<`, `<=`, `>`, `>=`, `==`, `!=` or `within`');
    return { ...word, message: `\`${word.text}\` is not a comparison`, help };
  }
  const value = parseValue(text, metric, rest);
  return 'message' in value ? value : { op, value };
}

function parseValue(text: string, metric: MetricName, words: readonly Word[]): ExpectationValue | ExpectationProblem {
  const [first] = words;
  if (first === undefined) return atEnd(text, 'a value is missing', VALUE_HELP);
  const number = numberOf(first.text);
  const behind = number === null ? words : words.slice(1);
  const reference = parseReference(behind);
  if (reference !== null && !hasReference(metric, reference.of)) {
    return {
      ...reference.at,
      message: `\`${metric}\` has no \`${reference.of}\``,
      help: `write a number (${metrics[metric]})`,
    };
  }
  const bare = number === null && reference === null;
  const extra = bare ? undefined : behind[reference === null ? 0 : reference.words];
  if (extra !== undefined) {
    return { ...extra, end: text.trimEnd().length, message: `\`${extra.text}\` is too much here`, help: VALUE_HELP };
  }
  if (bare || (reference !== null && number !== null && !number.plain)) {
    // `mean limit` is two words.
    const whole = behind.map((word) => word.text).join(' ');
    const meant = didYouMean(whole, REFERENCES) ?? (first.text === 'mean' ? 'did you mean `mean limit`?' : undefined);
    const help = meant ?? didYouMean(first.text, REFERENCES) ?? thousands(first.text) ?? VALUE_HELP;
    return { ...first, message: `\`${first.text}\` is not a value`, help };
  }
  const value = number?.value ?? 1;
  return reference === null ? { of: 'number', value } : { of: reference.of, times: value };
}

/** A number as Kubernetes writes quantities (`95M`, `1.5Gi`, `1e6`); plain: digits alone, of which a reference can be multiplied. */
function numberOf(text: string): { readonly value: number; readonly plain: boolean } | null {
  const quantity = parseQuantity(text);
  if (typeof quantity === 'string') return null;
  return { value: Number(quantity.numerator) / Number(quantity.denominator), plain: /^-?\d+(\.\d+)?$/.test(text) };
}

/** What people write for a thousand, and Kubernetes does not read. */
function thousands(text: string): string | undefined {
  return /^-?\d+(\.\d+)?K$/.test(text) ? `write \`${text.slice(0, -1)}k\`` : undefined;
}

const REFERENCES: readonly Exclude<ExpectationValue['of'], 'number'>[] = ['limit', 'mean limit', 'predicted'];

/** `limit`, `mean limit` or `predicted` at the beginning of these words. */
function parseReference(words: readonly Word[]): {
  readonly of: 'limit' | 'mean limit' | 'predicted';
  readonly words: number;
  readonly at: { readonly start: number; readonly end: number };
} | null {
  const [first, second] = words;
  if (first === undefined) return null;
  const { start, end, text } = first;
  if (text === 'limit' || text === 'predicted') return { of: text, words: 1, at: { start, end } };
  if (text !== 'mean' || second?.text !== 'limit') return null;
  return { of: 'mean limit', words: 2, at: { start, end: second.end } };
}

/** Other metrics than rates that a plan has a number for. */
const FORETOLD: ReadonlySet<MetricName> = new Set(['completion_ms', 'connections_per_s']);

/** Limits and what they leave are rates; of a volume it is foretold how long it takes, of connections how many there are. */
function hasReference(metric: MetricName, reference: string): boolean {
  return metric.endsWith('_bps') || (reference === 'predicted' && FORETOLD.has(metric));
}

function atEnd(text: string, message: string, help: string): ExpectationProblem {
  const end = text.trimEnd().length;
  return {
    start: Math.max(0, end - 1),
    end,
    message: text.trim() === '' ? message : `${message} after \`${text.trim()}\``,
    help,
  };
}

function metricList(): string {
  return Object.keys(metrics).join(', ');
}
