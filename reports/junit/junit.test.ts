import { D3Node, type DomDocument } from 'd3-node';
import { expect, test } from 'vitest';
import { syntheticTrace, type SyntheticOptions } from '../../sim/measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../../sim/measure/observing/reduce.ts';
import type { Result } from '../../sim/measure/result.ts';
import { renderJunit } from './junit.ts';

function resultOf(options: SyntheticOptions = {}): Result {
  const measurement = createMeasurement();
  for (const record of syntheticTrace(options)) measurement.add(record);
  return measurement.result({ bootMs: null });
}

/** @throws when the text is no well-formed XML */
function parse(xml: string): DomDocument {
  const { DOMParser } = new D3Node().window;
  const document = new DOMParser().parseFromString(xml, 'text/xml');
  const fault = document.querySelector('parsererror');
  if (fault !== null) throw new Error(fault.textContent);
  return document;
}

const junit = (result: Result): string =>
  renderJunit(result.scenario, [{ scenario: result.scenario, result, stepSeconds: new Map() }]);

test('a suite a scenario, a case a check, and the counts agree', () => {
  const result = resultOf({ flowDrops: { EDT_HORIZON: 1 } });
  const runs = ['one', 'two'].map((scenario) => ({ scenario, result, stepSeconds: new Map<string, number>() }));
  const document = parse(renderJunit('ipvlane', runs));
  expect([...document.querySelectorAll('testsuite')].map((suite) => suite.getAttribute('name'))).toEqual([
    'one',
    'two',
  ]);
  expect(document.querySelectorAll('testcase')).toHaveLength(2 * result.checks.length);
  expect(document.querySelectorAll('failure')).toHaveLength(4);
  expect(document.documentElement.getAttribute('failures')).toBe('4');
  expect(document.documentElement.getAttribute('tests')).toBe(String(2 * result.checks.length));
  expect(document.querySelector('failure')!.getAttribute('message')).toContain('measured 1 packets');
});

test('a case has its numbers, and its part of the time that its step took', () => {
  const result = resultOf();
  const [{ step }] = result.checks as [Result['checks'][number]];
  const alike = result.checks.filter((check) => check.step === step).length;
  const stepSeconds = new Map([[step, 3]]);
  const document = parse(renderJunit('x', [{ scenario: 'x', result, stepSeconds }]));
  const [first] = document.querySelectorAll('testcase');
  expect(Number(first!.getAttribute('time'))).toBeCloseTo(3 / alike, 5);
  expect(Number(document.querySelector('testsuite')!.getAttribute('time'))).toBeCloseTo(3, 5);
  const judged = result.checks.findIndex(({ error_pct }) => error_pct !== null);
  const properties = [...[...document.querySelectorAll('testcase')][judged]!.querySelectorAll('property')];
  const { expected, predicted, measured, unit, error_pct } = result.checks[judged]!;
  const said: Readonly<Record<string, unknown>> = Object.fromEntries(
    properties.map((each) => [each.getAttribute('name') ?? '', each.getAttribute('value')]),
  );
  const numbers = Object.entries({ step, expected, predicted, measured, unit, error_pct }).slice(1);
  expect(said).toMatchObject(Object.fromEntries(numbers.flatMap(([k, v]) => (v === null ? [] : [[k, String(v)]]))));
  const text = [...document.querySelectorAll('testcase')][judged]!.querySelector('system-out')!.textContent;
  expect(text).toContain(`measured ${measured}`);
  expect(text).toContain(`error ${error_pct} %`);
});

test('a scenario that came to no result is an error in words', () => {
  const none = { scenario: 'x', result: null, message: 'no kernel', stepSeconds: new Map<string, number>() };
  const document = parse(renderJunit('ipvlane', [none]));
  expect(document.querySelector('error')!.getAttribute('message')).toBe('no kernel');
  expect(document.documentElement.getAttribute('errors')).toBe('1');
});

/**
 * The order and names that CI systems were written for: Jenkins' junit-10.xsd and the testmoapp format, in one table of
 * which element may stand in which, with the attributes that must be there.
 */
test('has the elements and attributes that readers of JUnit know, and no others', () => {
  const document = parse(junit(resultOf({ flowDrops: { EDT_HORIZON: 1 }, stopBeforeStep: 3, end: 'interrupted' })));
  const counted = ['name', 'tests', 'failures', 'errors', 'skipped', 'time'];
  const known: Readonly<
    Record<string, { readonly children: readonly string[]; readonly attributes: readonly string[] }>
  > = {
    testsuites: { children: ['testsuite'], attributes: counted },
    testsuite: { children: ['testcase'], attributes: counted },
    testcase: {
      children: ['properties', 'failure', 'error', 'skipped', 'system-out'],
      attributes: ['classname', 'name', 'time'],
    },
    properties: { children: ['property'], attributes: [] },
    property: { children: [], attributes: ['name', 'value'] },
    failure: { children: [], attributes: ['type', 'message'] },
    error: { children: [], attributes: ['type', 'message'] },
    skipped: { children: [], attributes: ['message'] },
    'system-out': { children: [], attributes: [] },
  };
  for (const element of document.querySelectorAll('*')) {
    const shape = known[element.localName];
    expect(shape, element.localName).toBeDefined();
    expect([...element.attributes].map(({ name }) => name)).toEqual(shape!.attributes);
    for (const child of element.children) expect(shape!.children).toContain(child.localName);
  }
});

test('a run without verdict is an error, and what was not reached is skipped', () => {
  const document = parse(junit(resultOf({ stopBeforeStep: 1, end: 'interrupted' })));
  expect(document.querySelector('error')!.getAttribute('message')).toBe('the run was interrupted');
  expect(document.documentElement.getAttribute('errors')).toBe('1');
  expect(document.querySelectorAll('skipped')).toHaveLength(4 + 4 + 1 + 5);
});

test('names that are markup, control characters and half emoji come through as text', () => {
  const result = resultOf();
  const hostile = `<!--"'&]]>\u0000\u001b[31m\ud800 \n😀`;
  const checks = result.checks.map((check) => ({ ...check, step: hostile, name: hostile }));
  const document = parse(junit({ ...result, scenario: hostile, checks }));
  expect(document.querySelector('testsuite')!.getAttribute('name')).toBe(`<!--"'&]]>\\u{0}\\u{1b}[31m\\u{d800} \n😀`);
});
