/** Whoever adds a reason to drop a packet adds a scenario that provokes it, and a line that explains it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { DropReason } from '../../dataplane/bpf/abi.generated.ts';
import { parseExpectation } from '../../sim/manifest/scenario/expectation.ts';
import { dropWords } from '../../sim/plan/drop-words.ts';

const root = new URL('../../', import.meta.url).pathname;
const explained = readFileSync(join(root, 'docs/dataplane.md'), 'utf8');
const provoked = new Set(scenarioFiles().flatMap(reasonsProvokedBy));

describe('every drop reason', () => {
  it.each(Object.entries(DropReason))(
    '%s is provoked by a scenario, and explained in docs and tables',
    (name, number) => {
      expect([...provoked]).toContain(name);
      const [, why = ''] = new RegExp(`^\\| ${number} \\| \`${name}\` \\| (.+) \\|$`, 'm').exec(explained) ?? [];
      expect(why).not.toBe('');
      expect(dropWords(name)).not.toBe('');
    },
  );

  it('is known: a scenario expects none that the dataplane does not have', () => {
    expect([...provoked].filter((name) => !(name in DropReason))).toEqual([]);
  });
});

/** Those that test/long/measuring-scenarios.test.ts runs by itself. */
function scenarioFiles(): string[] {
  return readdirSync(join(root, 'scenarios/drops'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('scenario.yaml'))
    .map((name) => join(root, 'scenarios/drops', name));
}

interface WrittenScenario {
  readonly spec: { readonly timeline: readonly { readonly expect?: readonly string[] }[] };
}

/** The reasons that it fails without. */
function reasonsProvokedBy(file: string): string[] {
  const [scenario] = parseAllDocuments(readFileSync(file, 'utf8')).map(
    (document) => document.toJS() as WrittenScenario,
  );
  return (scenario?.spec.timeline ?? []).flatMap(({ expect: lines = [] }) => lines.flatMap(demandedReason));
}

function demandedReason(line: string): string[] {
  const parsed = parseExpectation(line, []);
  if ('message' in parsed) throw new Error(`${line}: ${parsed.message}`);
  const { dropReason, comparison } = parsed;
  if (dropReason === null || comparison.value.of !== 'number') return [];
  const { value } = comparison.value;
  const some = comparison.op === '>' ? value >= 0 : (comparison.op === '==' || comparison.op === '>=') && value > 0;
  return some ? [dropReason] : [];
}
