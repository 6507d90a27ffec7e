import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { metrics } from './scenario/metrics.ts';
import { memoryFiles } from './finding/memory-files.ts';
import { readManifests } from './read-manifests.ts';
import { scenarioSpec, step, verbs } from './schema/scenario.ts';

const document = readFileSync(new URL('../../docs/scenario-format.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...document.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].filter(([, of]) => of === language).map(([, , text]) => text!);
const examples = blocks('yaml');

const policy =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: test-ipvlan }\nspec: { podSelector: {} }\n';

function diagnosticsOf(text: string) {
  const files = memoryFiles({ 'scenario.yaml': text, 'networkpolicy.yaml': policy });
  return readManifests(['scenario.yaml'], files).diagnostics;
}

describe('docs/scenario-format.md', () => {
  test('shows at least three examples', () => expect(examples.length).toBeGreaterThanOrEqual(3));

  test.each(examples.map((text, i) => [i, text] as const))('example %i is right', (_, text) => {
    expect(diagnosticsOf(text)).toEqual([]);
  });

  test('names every field, verb and metric of the format', () => {
    const words = [...Object.keys(scenarioSpec.shape), ...Object.keys(step.shape), ...verbs, ...Object.keys(metrics)];
    expect(words.filter((word) => !new RegExp(`\`${word}[\`:]`).test(document))).toEqual([]);
  });

  test('uses every verb in an example', () => {
    expect(
      verbs.filter((verb) => !examples.some((text) => text.includes(`- ${verb}:`) || text.includes(`  ${verb}:`))),
    ).toEqual([]);
  });

  test('shows the diagnostic that is given', () => {
    const shown = blocks('').find((text) => text.includes('E217'))!;
    const text = `apiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: s }\nspec:\n  timeline:\n  - traffic:\n    - { from: a, to: b }\n    expect:\n    - wire_bps within 3% of limti\n`;
    const [given] = diagnosticsOf(text);
    expect(shown).toContain(
      `scenario.yaml:${given!.span!.line}:${given!.span!.column}: error[E217]: ${given!.message}`,
    );
    expect(shown).toContain(`help: ${given!.help!}`);
  });
});
