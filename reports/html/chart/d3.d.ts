/** The parts of d3 and d3-node that the charts use; neither package ships types. */
declare module 'd3' {
  export interface LinearScale {
    (value: number): number;
    domain(domain: readonly [number, number]): this;
    range(range: readonly [number, number]): this;
    nice(count?: number): this;
    ticks(count?: number): number[];
  }
  export function scaleLinear(): LinearScale;
  export function scaleLog(): LinearScale;

  export interface Line<Datum> {
    (data: readonly Datum[]): string | null;
    x(x: (datum: Datum) => number): this;
    y(y: (datum: Datum) => number): this;
  }
  export function line<Datum>(): Line<Datum>;

  export interface Selection {
    append(name: string): Selection;
    attr(name: string, value: string | number): Selection;
    text(text: string): Selection;
    remove(): Selection;
  }
}

declare module 'd3-node' {
  import type { Selection } from 'd3';

  export interface DomElement {
    readonly localName: string;
    readonly attributes: Iterable<{ readonly name: string }>;
    readonly children: Iterable<DomElement>;
    readonly textContent: string;
    getAttribute(name: string): string | null;
    querySelector(selector: string): DomElement | null;
    querySelectorAll(selector: string): Iterable<DomElement> & { readonly length: number };
  }
  export interface DomDocument extends DomElement {
    readonly documentElement: DomElement;
  }
  export class D3Node {
    readonly window: {
      readonly DOMParser: new () => { parseFromString(text: string, type: string): DomDocument };
    };
    createSVG(width: number, height: number, attributes?: Readonly<Record<string, string>>): Selection;
    svgString(): string;
  }
}
