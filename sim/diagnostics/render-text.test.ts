import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Collector } from './collector.ts';
import type { Diagnostic } from './diagnostic.ts';
import { LineIndex } from './line-index.ts';
import { renderJson } from './render-json.ts';
import { renderText } from './render-text.ts';

const render = (text: string, diagnostics: Diagnostic[], colour = false) =>
  renderText(diagnostics, { sourceOf: (file) => (file === 'a.yaml' ? text : undefined), colour });

function errorAt(text: string, what: string): Diagnostic {
  const start = text.indexOf(what);
  const span = new LineIndex('a.yaml', text).span(start, start + what.length);
  return { code: 'E202', severity: 'error', message: 'wrong', span };
}

describe('many warnings of one kind without advice', () => {
  const warnings = (count: number): Diagnostic[] => {
    const text = Array.from({ length: count }, (_, i) => `kind: K${i}`).join('\n');
    return Array.from({ length: count }, (_, i) => ({
      ...errorAt(text, `K${i}`),
      code: 'W301',
      severity: 'warning',
      message: `K${i} is not modelled`,
    }));
  };

  test('are a line each', () => {
    expect(render('', warnings(4))).toBe(
      [
        'a.yaml:1:7: warning[W301]: K0 is not modelled',
        'a.yaml:2:7: warning[W301]: K1 is not modelled',
        'a.yaml:3:7: warning[W301]: K2 is not modelled',
        'a.yaml:4:7: warning[W301]: K3 is not modelled',
        '',
        '4 warnings',
        '',
      ].join('\n'),
    );
  });

  test('are told in full where there are few, and those with help always', () => {
    expect(render('kind: K0\nkind: K1', warnings(2))).toContain('  1 | kind: K0\n');
    const [helped, ...others] = warnings(5);
    expect(render('', [{ ...helped!, help: 'did you mean `Pod`?' }, ...others])).toContain('help: did you mean');
  });
});

describe('a diagnostic as text', () => {
  test('shows place, code, source line, underline, help and related places', () => {
    const text = 'spec:\n  replicas: many\n  replicas: 2\n';
    const { span } = errorAt(text, 'many');
    const related = [{ span: errorAt(text, 'replicas: 2').span!, message: 'and here' }];
    const d: Diagnostic = {
      code: 'E202',
      severity: 'error',
      message: 'expected a number',
      span: span!,
      help: 'write 2',
      related,
    };
    expect(render(text, [d])).toBe(
      [
        'a.yaml:2:13: error[E202]: expected a number',
        '  2 |   replicas: many',
        '    |             ^^^^',
        '  help: write 2',
        '  a.yaml:3:3: and here',
        '  3 |   replicas: 2',
        '    |   ^^^^^^^^^^^',
        '',
        '1 error',
        '',
      ].join('\n'),
    );
  });

  test('what belongs to no file has no place', () => {
    expect(render('', [{ code: 'E101', severity: 'warning', message: 'gone' }])).toBe(
      'warning[E101]: gone\n\n1 warning\n',
    );
  });

  test('what a program said in several lines stays several, indented; a line break of a manifest is none', () => {
    const message = 'cannot download it: E: Failed to fetch\r\nerror[E999]: Hash Sum mismatch\u001b[2J';
    const said: Diagnostic = { code: 'E519', severity: 'error', message, help: 'try again' };
    expect(render('', [said])).toBe(
      [
        'error[E519]: cannot download it: E: Failed to fetch',
        '    error[E999]: Hash Sum mismatch\ufffd[2J',
        '  help: try again',
        '',
        '1 error',
        '',
      ].join('\n'),
    );
    const inManifest = { ...errorAt('a: b', 'b'), message: 'unknown\nerror[E999]: forged' };
    expect(render('a: b', [inManifest])).toContain('unknown\ufffderror[E999]: forged\n');
  });

  test('tabs and wide letters keep the caret beneath its word', () => {
    const lines = render('\t日本: x', [errorAt('\t日本: x', 'x')]).split('\n');
    expect(lines[1]).toBe('  1 | \t日本: x');
    expect(lines[2]).toBe('    | \t      ^');
  });

  test('of a very long line the stretch around the mistake is shown', () => {
    const text = `${'a'.repeat(5000)}HERE${'b'.repeat(5000)}`;
    const [, source, underline] = render(text, [errorAt(text, 'HERE')]).split('\n');
    expect(source!.length).toBeLessThan(140);
    expect(source!.slice(underline!.indexOf('^'), underline!.lastIndexOf('^') + 1)).toBe('HERE');
  });

  test('escape sequences of a manifest do not reach the terminal', () => {
    const text = 'name: "\u001b[2Jgone"';
    expect(render(text, [errorAt(text, 'gone')])).not.toContain('\u001b');
    expect(render(text, [errorAt(text, 'gone')], true)).toContain('\u001b[1;31merror');
  });

  test('never throws, whatever the span says', () => {
    const any = fc.nat(60);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        any,
        any,
        any,
        any,
        (text, line, column, offset, length) => {
          const span = { file: 'a.yaml', line, column, offset, length };
          expect(render(text, [{ code: 'E106', severity: 'error', message: text, span }])).toContain('error[E106]');
        },
      ),
    );
  });
});

test('of a file the first fifty are shown, errors before warnings, and the others counted', () => {
  const text = Array.from({ length: 61 }, (_, i) => `kind: K${i}`).join('\n');
  const warning: Diagnostic = { ...errorAt(text, 'K0'), severity: 'warning', code: 'W301', help: 'h' };
  const errors = Array.from({ length: 60 }, (_, i) => ({ ...errorAt(text, `K${i + 1}`), message: `no ${i + 1}` }));
  const elsewhere: Diagnostic = { code: 'E101', severity: 'error', message: 'b.yaml does not exist' };
  const some = render(text, [warning, ...errors, elsewhere]);
  expect(some).toContain('no 50\n');
  expect(some).not.toMatch(/no 51|W301/);
  expect(some).toContain('b.yaml does not exist');
  expect(some).toMatch(
    /\n61 errors, 1 warning \(51 shown, at most 50 of a file; `ipvlane check --all` shows every one\)\n$/,
  );
  const all = renderText([warning, ...errors, elsewhere], { sourceOf: () => undefined, colour: false, all: true });
  expect(all).toContain('no 60');
  expect(all).toMatch(/\n61 errors, 1 warning\n$/);
});

test('diagnostics are sorted by file and position, and said once', () => {
  const text = 'a\nb\nc\n';
  const at = (file: string, n: number) => new LineIndex(file, text).span(n, n + 1);
  const collector = new Collector();
  collector.add('E202', at('b.yaml', 0), 'x');
  collector.add('E202', at('a.yaml', 4), 'y');
  collector.add('E201', at('a.yaml', 2), 'z');
  collector.add('E202', at('a.yaml', 4), 'y');
  collector.add('W301', undefined, 'no place');
  expect(collector.sorted().map((d) => d.message)).toEqual(['no place', 'z', 'y', 'x']);
  expect(JSON.parse(renderJson(collector.sorted()))).toMatchObject([
    { severity: 'warning' },
    { title: 'unknown field' },
    {},
    {},
  ]);
});
