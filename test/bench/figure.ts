/** One number of the benchmark: what was measured, the bar it must keep, and what others reach. Pure. */

export interface Figure {
  /** Unique in a run: two runs are compared by it. */
  readonly what: string;
  /** null: it could not be measured; `note` says why. */
  readonly value: number | null;
  readonly unit: string;
  readonly bar: Bar | null;
  readonly peer?: Peer | null;
  readonly note?: string;
}

/** `most`: no more than that; `least`: no less. In the figure's unit. */
export interface Bar {
  readonly most?: number;
  readonly least?: number;
}

/** Somebody else's number for the same thing, in the same unit. */
export interface Peer {
  readonly name: string;
  readonly value: number;
  /** In this run, or where it was published. */
  readonly source: 'measured' | 'published';
}

export type Standing = 'kept' | 'missed' | 'no bar' | 'not measured';

export function standing({ value, bar }: Figure): Standing {
  if (value === null || Number.isNaN(value)) return 'not measured';
  if (bar === null) return 'no bar';
  return value <= (bar.most ?? Infinity) && value >= (bar.least ?? -Infinity) ? 'kept' : 'missed';
}

/** As a Markdown table, so that docs/measurement.md holds what was printed. */
export function figureTable(figures: readonly Figure[], before: ReadonlyMap<string, number> | null): string {
  const titles = ['figure', 'measured', 'bar', 'peer', ...(before === null ? [] : ['before'])];
  const rows = figures.map((figure) => [
    figure.what + (figure.note === undefined ? '' : ` (${figure.note})`),
    `${number(figure.value)} ${figure.unit}`.trim(),
    barText(figure),
    figure.peer == null
      ? ''
      : `${figure.peer.name}: ${number(figure.peer.value)} ${figure.unit}`.trimEnd() +
        (figure.peer.source === 'published' ? ', published' : ''),
    ...(before === null ? [] : [number(before.get(figure.what) ?? null)]),
  ]);
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function barText(figure: Figure): string {
  const { bar } = figure;
  if (bar === null) return '';
  const ends = [
    ...(bar.least === undefined ? [] : [`>= ${bar.least}`]),
    ...(bar.most === undefined ? [] : [`<= ${bar.most}`]),
  ].join(', ');
  const where = standing(figure);
  return where === 'kept' ? ends : `${ends}: ${where}`;
}

function number(value: number | null): string {
  if (value === null || Number.isNaN(value)) return '-';
  if (value === 0 || Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 1 ? value.toFixed(2) : value.toFixed(4);
}

/** The middle one; of an even number the upper. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Of the same run; none where it has no number. */
export function measuredPeer(name: string, value: number | null): Peer | null {
  return value === null ? null : { name, value, source: 'measured' };
}

export function milliseconds(us: number | null | undefined): number | null {
  return us == null ? null : us / 1e3;
}

export function megabits(bps: number | null | undefined): number | null {
  return bps == null ? null : bps / 1e6;
}
