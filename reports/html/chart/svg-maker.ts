/**
 * Draws SVG by d3 on the server: one DOM for all charts of a report, since making one costs some 30 ms. Loaded when a
 * report is made, not when the program starts: d3-node and its jsdom take 0.6 s.
 */
import type * as D3 from 'd3';
import { trusted, type Html } from '../markup/markup.ts';

export interface SvgMaker {
  readonly d3: typeof D3;
  /**
   * @param title what a reader who cannot see it is told first; `description` what the picture shows
   * @param draw appends to the picture; text is set through d3, which escapes it
   */
  readonly svg: (
    size: { readonly width: number; readonly height: number },
    title: string,
    description: string,
    draw: (svg: D3.Selection) => void,
  ) => Html;
}

export async function loadSvgMaker(): Promise<SvgMaker> {
  const [d3, { D3Node }] = await Promise.all([import('d3'), import('d3-node')]);
  const page = new D3Node();
  let serial = 0;
  return {
    d3,
    svg: ({ width, height }, title, description, draw) => {
      const id = `figure-${++serial}`;
      const svg = page.createSVG(width, height, {
        viewBox: `0 0 ${width} ${height}`,
        role: 'img',
        'aria-labelledby': `${id}-title ${id}-desc`,
      });
      svg.append('title').attr('id', `${id}-title`).text(title);
      svg.append('desc').attr('id', `${id}-desc`).text(description);
      draw(svg);
      const text = page.svgString();
      svg.remove();
      return trusted(text);
    },
  };
}
