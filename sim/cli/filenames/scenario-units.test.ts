import { expect, test } from 'vitest';
import { memoryFiles } from '../../manifest/finding/memory-files.ts';
import { NOTHING_GIVEN, type Given } from './given.ts';
import { onlyUnit, scenarioUnits } from './scenario-units.ts';

const SCENARIO = 'apiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: s }\n';
const POD = 'apiVersion: v1\nkind: Pod\n# kind: Scenario\ndata: |\n  kind: Scenario\n';

const files = memoryFiles({
  'alone/scenario.yaml': SCENARIO,
  'alone/pod.yaml': POD,
  'alone/variant/other.yaml': SCENARIO,
  'two/a.yaml': SCENARIO,
  'two/b.json': '{"kind": "Scenario"}',
  'two/pod.yaml': POD,
  'many/README.md': '',
  'many/x/one.yaml': SCENARIO,
  'many/y/deep/one.yaml': `${POD}---\n${SCENARIO}`,
  'many/y/deep/two.yaml': SCENARIO,
  'many/z/pod.yaml': POD,
  'nested/in/scenario.yaml': SCENARIO,
  'plain/pod.yaml': POD,
  'plain/tests/scenario.yaml': SCENARIO,
});
const given: Given = { ...NOTHING_GIVEN, files, command: 'plan' };

test.each([
  [['alone'], [['alone']]],
  [['two'], [['two/a.yaml'], ['two/b.json']]],
  [['two/a.yaml'], [['two/a.yaml']]],
  [['many'], [['many/x'], ['many/y/deep/one.yaml'], ['many/y/deep/two.yaml']]],
  [['nested'], [['nested/in']]],
  [['plain'], [['plain']]],
  [
    ['alone', 'plain', 'two/a.yaml'],
    [
      ['alone', 'plain'],
      ['two/a.yaml', 'plain'],
    ],
  ],
  [['plain', 'nowhere'], [['plain', 'nowhere']]],
  [
    [],
    [
      ['alone'],
      ['alone/variant'],
      ['many/x'],
      ['many/y/deep/one.yaml'],
      ['many/y/deep/two.yaml'],
      ['nested/in'],
      ['plain/tests'],
      ['two/a.yaml'],
      ['two/b.json'],
    ],
  ],
])('%j', (paths, units) => {
  expect(scenarioUnits(given, paths)).toEqual(units);
});

test('who takes one Scenario says which there are to choose from', () => {
  expect(onlyUnit(given, ['nested'])).toEqual(['nested/in']);
  expect(() => onlyUnit(given, ['many'])).toThrow('there are 3 Scenarios, and `ipvlane plan` takes one');
});
