import { expect, test } from 'vitest';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { processEnvironment } from './environment.ts';
import { printDiagnostics } from './print-diagnostics.ts';

const text = `spec: ${'x'.repeat(90)}\n`;
const words = 'one word after the other, so many that no line of eighty columns holds them all at once';
const span = { file: 'a.yaml', line: 1, column: 7, offset: 6, length: 90 };
const one: Diagnostic = { code: 'E201', severity: 'error', message: words, span, help: words };
const related = [{ span, message: words }];

function printed(
  stream: { readonly isTTY: boolean; readonly columns?: number },
  variables: Record<string, string> = {},
): string[] {
  let all = '';
  const stderr = { columns: 0, ...stream, write: (part: string) => (all += part) };
  const environment = { ...processEnvironment(), stderr, variables: { NO_COLOR: '1', ...variables } };
  printDiagnostics(environment, [{ ...one, related }], new Map([['a.yaml', text]]));
  return all.split('\n');
}

test('on a terminal words go over several lines, with an indent, and source lines do not', () => {
  const lines = printed({ isTTY: true, columns: 80 });
  const ofSource = (line: string) => / \| /.test(line);
  expect(lines.filter((line) => line.length > 80 && !ofSource(line))).toEqual([]);
  expect(lines.some((line) => line.length > 80 && ofSource(line))).toBe(true);
  expect(lines.slice(0, 2)).toEqual([
    'a.yaml:1:7: error[E201]: one word after the other, so many that no line of',
    '    eighty columns holds them all at once',
  ]);
  expect(lines.filter((line) => /^ {8}\S/.test(line))).toHaveLength(1);
  expect(lines.join(' ').replaceAll(/ +/g, ' ')).toBe(printed({ isTTY: false }).join(' ').replaceAll(/ +/g, ' '));
});

test('colours are those of one line', () => {
  const bare = (lines: string[]) => lines.join(' ').replaceAll(/ +/g, ' ');
  const colours = { NO_COLOR: '', FORCE_COLOR: '1' };
  expect(bare(printed({ isTTY: true, columns: 80 }, colours))).toBe(bare(printed({ isTTY: false }, colours)));
});

test.each([{ isTTY: false, columns: 80 }, { isTTY: true }, { isTTY: true, columns: 0 }])(
  '%j: one line each',
  (stream) => {
    expect(printed(stream)[0]).toBe(`a.yaml:1:7: error[E201]: ${words}`);
  },
);
