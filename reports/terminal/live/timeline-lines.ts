/** The timeline as lines, so that complaints count where room is short. */
export interface TimelineRow {
  readonly index: number;
  readonly title: string;
  readonly state: 'waiting' | 'running' | 'passed' | 'failed' | 'unjudged';
  /** `3.2 s of 8 s`, `12 of 18 checks met`. */
  readonly detail: string;
  /** Checks that were not met, or why they could not be measured, in words. */
  readonly complaints: readonly string[];
}

export type TimelineLine =
  | { readonly kind: 'step'; readonly row: TimelineRow }
  | { readonly kind: 'complaint'; readonly row: TimelineRow; readonly text: string };

/** A report lists them all. */
const COMPLAINTS_SHOWN = 3;

export function linesOf(row: TimelineRow): TimelineLine[] {
  const complaints = row.complaints.slice(0, COMPLAINTS_SHOWN);
  return [{ kind: 'step', row }, ...complaints.map((text) => ({ kind: 'complaint' as const, row, text }))];
}

/** The lines around the step that runs, or ran last, when there is no room for all. */
export function linesThatFit(rows: readonly TimelineRow[], height: number): TimelineLine[] {
  const lines = rows.flatMap(linesOf);
  const newest = lines.findLastIndex(({ kind, row }) => kind === 'step' && row.state !== 'waiting');
  const first = Math.max(0, Math.min(newest - Math.floor(height / 2), lines.length - height));
  return lines.slice(first, first + height);
}
