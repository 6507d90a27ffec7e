import { expect, test } from 'vitest';
import { terminalSvg } from './terminal-svg.ts';

test('text is where its column is, in its colour, and no markup', () => {
  const svg = terminalSvg('\u001b[1mbold\u001b[22m & so on  far \u001b[32m✓\u001b[39m\n<b>', 20, 'a > b');
  const texts = [
    ...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*?(?: fill="(#\w+)")?(?: font-weight="(\w+)")?>(.*?)<\/text>/g),
  ];
  expect(texts.map(([, x, , colour, weight, text]) => [x, colour, weight, text])).toEqual([
    ['14.0', undefined, 'bold', 'bold'],
    ['56.1', undefined, undefined, '&amp; so on'],
    ['132.0', undefined, undefined, 'far'],
    ['165.7', '#57ab5a', undefined, '✓'],
    ['14.0', undefined, undefined, '&lt;b&gt;'],
  ]);
  expect(svg).toContain('<title>a &gt; b</title>');
});

test('what no picture has is no blank', () => {
  expect(() => terminalSvg('\u001b[5mblinks', 20, '')).toThrow('SGR 5');
});
