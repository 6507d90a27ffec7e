import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BenchReport } from './bench-report.ts';
import { withTables } from './docs-tables.ts';

const part = (name: string, value: number, load_before: number) => ({
  name,
  seconds: 2,
  load_before,
  figures: [{ what: `a ${name}`, value, unit: 'ns', bar: null }],
});
const report: BenchReport = {
  schema: 'ipvlane.bench/v1',
  commit: 'abc1234',
  began: '',
  machine: { kernel: '6.1', cpu: '', cpus: 2, node: '' },
  parts: [part('stages', 5, 0.5), part('boot', 7, 1.5)],
};

describe('the tables of the documentation', () => {
  it('are those of the run, each with where it comes from; the text around them stays', () => {
    const text = 'before\n<!-- bench: stages boot -->\nold\n<!-- end of bench -->\nafter';
    expect(withTables(text, report).split('\n')).toEqual([
      'before',
      '<!-- bench: stages boot -->',
      '`stages`, `boot` of `npm run bench` at abc1234: 4 s; 6.1, 2 processors, load 1.5.',
      '',
      '| figure | measured | bar | peer |',
      '| --- | --- | --- | --- |',
      '| a stages | 5 ns |  |  |',
      '| a boot | 7 ns |  |  |',
      '<!-- end of bench -->',
      'after',
    ]);
  });

  it('stay where not all their parts were run', () => {
    const text =
      '<!-- bench: stages rates -->\nold\n<!-- end of bench -->\n<!-- bench: boot -->\nold\n<!-- end of bench -->';
    expect(withTables(text, report)).toContain('<!-- bench: stages rates -->\nold\n');
    expect(withTables(text, report)).toContain('| a boot | 7 ns |');
  });

  it('of measurement.md name every part that the benchmark promises a table of', () => {
    const text = readFileSync(new URL('../../docs/measurement.md', import.meta.url), 'utf8');
    const named = [...text.matchAll(/<!-- bench: ([a-z- ]+) -->/g)].flatMap(([, names]) => names!.split(' '));
    const all = ['main-job', 'throughput', 'build', 'stages', 'policy-cost', 'policy-compile', 'real-rates'];
    expect(named.toSorted()).toEqual([...all, 'latency', 'ingress', 'rates'].toSorted());
  });
});
