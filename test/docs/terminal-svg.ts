/** A picture of a terminal's text: SVG, with what of SGR our screens use (colours, bold, dim). */
import { escapeXml } from '../../reports/junit/xml.ts';

const COLOURS: Readonly<Record<number, string>> = { 31: '#f47067', 32: '#57ab5a', 33: '#daaa3f', 36: '#56d4dd' };
const INK = '#d6d9df';
const PAPER = '#16171a';
const FONT_PX = 14;
// eslint-disable-next-line no-control-regex -- it is what is looked for
const SGR = /(\u001b\[[\d;]*m)/;
const CELL = { width: 8.43, height: 19 } as const;
const MARGIN_PX = 14;

interface Style {
  readonly colour: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

const PLAIN: Style = { colour: INK, bold: false, dim: false };

/** The style after one number of an SGR sequence. @throws Error on one that no screen of ours has */
function styled(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, colour: INK };
  const colour = COLOURS[code];
  if (colour === undefined) throw new Error(`there is no picture of SGR ${code}`);
  return { ...style, colour };
}

/** @param text lines with SGR sequences @param columns of the terminal */
export function terminalSvg(text: string, columns: number, title: string): string {
  const lines = text.split('\n');
  const [width, height] = [columns * CELL.width + 2 * MARGIN_PX, lines.length * CELL.height + 2 * MARGIN_PX];
  let style = PLAIN;
  const rows = lines.map((line, row) => {
    const y = (MARGIN_PX + (row + 0.75) * CELL.height).toFixed(1);
    let column = 0;
    const pieces = line.split(SGR).map((piece) => {
      if (SGR.test(piece)) {
        style = piece
          .slice(2, -1)
          .split(';')
          .reduce((now, code) => styled(now, Number(code)), style);
        return '';
      }
      const from = column;
      column += piece.length;
      // Of blanks SVG keeps one: what stands apart is placed by itself.
      return [...piece.matchAll(/\S+(?: \S+)*/g)]
        .map(({ 0: words, index }) => {
          const x = (MARGIN_PX + (from + index) * CELL.width).toFixed(1);
          const length = (words.length * CELL.width).toFixed(1);
          return `<text x="${x}" y="${y}" textLength="${length}"${attributes(style)}>${escapeXml(words)}</text>`;
        })
        .join('');
    });
    return pieces.join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height}" width="${width.toFixed(0)}" height="${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${PAPER}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_PX}" fill="${INK}">`,
    ...rows.filter((row) => row !== ''),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function attributes({ colour, bold, dim }: Style): string {
  return [
    ...(colour === INK ? [] : [` fill="${colour}"`]),
    ...(bold ? [' font-weight="bold"'] : []),
    ...(dim ? [' opacity="0.65"'] : []),
  ].join('');
}
