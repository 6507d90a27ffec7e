import { describe, expect, it } from 'vitest';
import { Collector } from '../../diagnostics/collector.ts';
import { parseDeliveryTrace } from './delivery-trace.ts';

function parse(text: string) {
  const diagnostics = new Collector();
  const moments = parseDeliveryTrace('cell.trace', text, diagnostics);
  const said = diagnostics.sorted().map(({ code, message, span }) => {
    const { line = 0, column = 0, length = 0 } = span ?? {};
    return `${line}:${column}+${length} ${code} ${message}`;
  });
  return { moments, said };
}

describe('a trace of a wire', () => {
  it('is one moment a line, with or without a line end behind the last', () => {
    expect(parse('0\n3\n3\n20\n')).toEqual({ moments: [0, 3, 3, 20], said: [] });
    expect(parse('1\r\n2')).toEqual({ moments: [1, 2], said: [] });
  });

  it.each([
    ['1\n5\n3\n', '3:1+1 E221 the moment 3 is out of order: 5 stands before it'],
    ['1\nsoon\n', '2:1+4 E221 `soon` is not a whole number of milliseconds'],
    ['1\n\n2\n', '2:1+1 E221 `` is not a whole number of milliseconds'],
    ['1\n1.5\n', '2:1+3 E221 `1.5` is not a whole number of milliseconds'],
    ['-5\n1\n', '1:1+2 E221 the moment -5 is negative'],
    ['5000000000\n', '1:1+10 E221 the moment 5000000000 is later than 4294967295 ms, the last that a trace can have'],
    ['', '1:1+0 E221 the trace is empty: nothing could ever leave'],
    ['0\n0\n', '2:1+1 E221 the trace ends at moment 0, from which it would begin anew for ever'],
  ])('%j is refused at its place', (text, expected) => {
    const { moments, said } = parse(text);
    expect(moments).toBeNull();
    expect(said).toEqual([expected]);
  });

  it('says all that is wrong with it, up to twenty lines', () => {
    expect(parse('x\n1\ny\n0\n').said.map((one) => one.slice(0, 3))).toEqual(['1:1', '3:1', '4:1']);
    expect(parse('x\n'.repeat(100)).said).toHaveLength(20);
  });
});
