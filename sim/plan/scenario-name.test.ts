import { expect, test } from 'vitest';
import { scenarioName } from './scenario-name.ts';

const files = ['two/a/pod.yaml', 'two/b/pod.yaml'].map((file) => ({ file, text: '' }));

test('a lab without a Scenario is called as the folder of its first file', () => {
  expect(scenarioName(files)).toBe('a');
  expect(scenarioName([])).toBe('empty');
});

test('or as the folder that was given with all that is below it', () => {
  expect(scenarioName(files, null, 'two')).toBe('two');
});
