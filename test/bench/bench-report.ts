/** What one run of the benchmark leaves behind: `ipvlane.bench/v1`. */
import { readFileSync } from 'node:fs';
import type { Figure } from './figure.ts';

export interface BenchReport {
  readonly schema: 'ipvlane.bench/v1';
  readonly commit: string;
  readonly began: string;
  readonly machine: { readonly kernel: string; readonly cpu: string; readonly cpus: number; readonly node: string };
  readonly parts: readonly BenchPart[];
}

export interface BenchPart {
  readonly name: string;
  readonly seconds: number;
  /** Processes that wanted a processor, over the minute before it. */
  readonly load_before: number;
  readonly figures: readonly Figure[];
}

/** By what they are of; those that were not measured are not in it. @throws Error when the file is no report of ours */
export function figuresOf(file: string): ReadonlyMap<string, number> {
  const report = JSON.parse(readFileSync(file, 'utf8')) as BenchReport;
  return new Map(
    report.parts
      .flatMap(({ figures }) => figures)
      .flatMap(({ what, value }) => (value === null ? [] : [[what, value] as const])),
  );
}
