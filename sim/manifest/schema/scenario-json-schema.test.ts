import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const committed = JSON.parse(
  readFileSync(new URL('../../../docs/scenario.schema.json', import.meta.url), 'utf8'),
) as object;
const ajv = new Ajv2020.default({ strict: false });
const accepts = ajv.compile(committed);

const HEAD = 'apiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: s }\n';
const scenario = (step: string) => parse(`${HEAD}spec: { timeline: [ ${step} ] }`) as unknown;

describe('the JSON Schema that editors use', () => {
  test('accepts the seed scenario', () => {
    const seed = readFileSync(new URL('../../../scenarios/seed/scenario.yaml', import.meta.url), 'utf8');
    expect(accepts(parse(seed)), ajv.errorsText(accepts.errors)).toBe(true);
  });

  test.each([
    '{ sleep: 1s }',
    '{ traffic: [ { from: a, to: b, duration: 1.5ms } ] }',
    '{ probe: [ { from: [ a ], to: "host:x", port: ICMP } ] }',
    '{ probe: [ { from: a, to: b, ports: [ http, UDP/dns, 80 ] } ] }',
    '{ traffic: [ { from: a, to: b, port: http }, { from: a, to: b, port: 80 } ] }',
    '{ repeat: 3, every: 2s, steps: [ { repeat: 2, sleep: 1s }, { restart: { pod: a } } ] }',
  ])('accepts %s', (step) => {
    expect(accepts(scenario(step))).toBe(true);
  });

  test.each([
    '{ dance: 1 }',
    '{ name: idle }',
    '{ sleep: 1s, wait: {} }',
    '{ sleep: 5 s }',
    '{ probe: [ { from: a, to: b, port: HTTP } ] }',
    '{ traffic: [ { from: a, to: b, port: TCP/80 } ] }',
    '{ traffic: [ { from: a, to: b, port: 70000 } ] }',
    '{ steps: [] }',
    '{ steps: [ { dance: 1 } ] }',
    '{ steps: [ { name: idle } ] }',
    '{ steps: [ { sleep: 1s, wait: {} } ] }',
    '{ steps: [ { steps: [ { sleep: 1s } ] } ] }',
  ])('refuses %s', (step) => {
    expect(accepts(scenario(step))).toBe(false);
  });
});
