/**
 * JUnit XML as CI systems read it (https://github.com/testmoapp/junitxml): one testsuite a scenario, one testcase a check.
 * A run without verdict adds an error, so that no CI takes it for green. What could not be measured is skipped, with the
 * reason. Every testcase has its numbers, as properties for programs and in words as its output.
 *
 * `time` is the lab's clock, in seconds. What a step took is shared out equally among its checks, so that a suite's time is
 * the sum of its cases'.
 */
import type { Check, ScenarioRun } from '../../sim/measure/result.ts';
import { element } from './xml.ts';

export interface JunitRun extends ScenarioRun {
  /** What each step took on the lab's clock; a step that is not here took none. */
  readonly stepSeconds: ReadonlyMap<string, number>;
}

/** @param name of all suites together */
export function renderJunit(name: string, runs: readonly JunitRun[]): string {
  const suites = runs.map((run) => ({ scenario: run.scenario, cases: casesOf(run) }));
  const all = suites.flatMap(({ cases }) => cases);
  const root = element(
    'testsuites',
    { name, ...totals(all) },
    suites.map(({ scenario, cases }) =>
      element(
        'testsuite',
        { name: scenario, ...totals(cases) },
        cases.map(({ xml }) => xml),
      ),
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

interface Case {
  readonly kind: 'passed' | 'failures' | 'errors' | 'skipped';
  readonly seconds: number;
  readonly xml: string;
}

function casesOf({ scenario, result, message, stepSeconds }: JunitRun): Case[] {
  const checks = result?.checks ?? [];
  const alike = new Map<string, number>();
  for (const { step } of checks) alike.set(step, (alike.get(step) ?? 0) + 1);
  const cases = checks.map((check) => {
    const seconds = (stepSeconds.get(check.step) ?? 0) / (alike.get(check.step) ?? 1);
    return checkCase(scenario, check, seconds);
  });
  if (result !== null && result.verdict !== 'error') return cases;
  return [...cases, errorCase(scenario, message ?? result?.message ?? 'the run did not come to its end')];
}

function checkCase(scenario: string, check: Check, seconds: number): Case {
  const kind = KINDS[check.status];
  const attributes = { classname: `${scenario}.${check.step}`, name: check.name, time: timeOf(seconds) };
  const children = [properties(check), ...outcome(check), element('system-out', {}, [], values(check))];
  return { kind, seconds, xml: element('testcase', attributes, children) };
}

const KINDS = { pass: 'passed', fail: 'failures', skip: 'skipped', unjudged: 'skipped' } as const;

function outcome(check: Check): string[] {
  switch (check.status) {
    case 'pass':
      return [];
    case 'fail':
      return [element('failure', { type: 'expectation', message: `${check.reason ?? 'failed'} (${values(check)})` })];
    case 'unjudged':
    case 'skip':
      return [element('skipped', { message: check.reason ?? 'skipped' })];
  }
}

/** Numbers as in result.json, in `unit`; what there is none of is left out. */
function properties({ step, expected, predicted, measured, unit, error_pct }: Check): string {
  const written = Object.entries({ step, expected, predicted, measured, unit, error_pct });
  const known = written.flatMap(([name, value]) => (value === null ? [] : [element('property', { name, value })]));
  return element('properties', {}, known);
}

function values({ expected, measured, predicted, unit, error_pct }: Check): string {
  const said = (value: number | string | null) =>
    value === null ? 'none' : `${value}${unit === null ? '' : ` ${unit}`}`;
  const error = error_pct === null ? '' : `, error ${error_pct} %`;
  return `expected ${said(expected)}, predicted ${said(predicted)}, measured ${said(measured)}${error}`;
}

function errorCase(scenario: string, message: string): Case {
  const attributes = { classname: scenario, name: 'the run comes to its end', time: timeOf(0) };
  return {
    kind: 'errors',
    seconds: 0,
    xml: element('testcase', attributes, [element('error', { type: 'run', message })]),
  };
}

function totals(cases: readonly Case[]) {
  const of = (kind: Case['kind']): number => cases.filter((each) => each.kind === kind).length;
  const seconds = cases.reduce((sum, each) => sum + each.seconds, 0);
  return {
    tests: cases.length,
    failures: of('failures'),
    errors: of('errors'),
    skipped: of('skipped'),
    time: timeOf(seconds),
  };
}

/** Seconds as JUnit writes them, to the microsecond. */
function timeOf(seconds: number): string {
  return seconds.toFixed(6);
}
