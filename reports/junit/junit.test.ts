import { D3Node, type DomDocument } from 'd3-node';
import { expect, test } from 'vitest';
import { syntheticTrace, type SyntheticOptions } from '../../sim/measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../../sim/measure/reduce.ts';
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

test('a suite a step, a case a check, and the counts agree', () => {
  const result = resultOf({ flowDrops: { EDT_HORIZON: 1 } });
  const document = parse(renderJunit(result));
  const steps = [...new Set(result.checks.map(({ step }) => step))];
  expect([...document.querySelectorAll('testsuite')].map((suite) => suite.getAttribute('name'))).toEqual(steps);
  expect(document.querySelectorAll('testcase')).toHaveLength(result.checks.length);
  expect(document.querySelectorAll('failure')).toHaveLength(2);
  expect(document.documentElement.getAttribute('failures')).toBe('2');
  expect(document.documentElement.getAttribute('tests')).toBe(String(result.checks.length));
  expect(document.querySelector('failure')!.getAttribute('message')).toContain('measured 1 packets');
});

test('a run without verdict is an error, and what was not reached is skipped', () => {
  const document = parse(renderJunit(resultOf({ stopBeforeStep: 1, end: 'interrupted' })));
  expect(document.querySelector('error')!.getAttribute('message')).toBe('the run was interrupted');
  expect(document.documentElement.getAttribute('errors')).toBe('1');
  expect(document.querySelectorAll('skipped')).toHaveLength(4 + 4 + 1 + 5);
});

test('names that are markup, control characters and half emoji come through as text', () => {
  const result = resultOf();
  const hostile = `<!--"'&]]>\u0000\u001b[31m\ud800 \n😀`;
  const checks = result.checks.map((check) => ({ ...check, step: hostile, name: hostile }));
  const document = parse(renderJunit({ ...result, scenario: hostile, checks }));
  expect(document.querySelector('testsuite')!.getAttribute('name')).toBe(`<!--"'&]]>\\u{0}\\u{1b}[31m\\u{d800} \n😀`);
});
