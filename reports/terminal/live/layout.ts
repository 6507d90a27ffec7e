/** How many lines each part of the screen gets. Pure, so it is tested without a terminal. */
import type { LiveView } from '../../../sim/measure/observing/live.ts';
import { KEYS } from './keys.ts';
import { timelineRows } from './rows.ts';
import { linesOf } from './timeline-lines.ts';

/** Lines of content; 0: that part is left out. */
export interface Room {
  readonly pods: number;
  readonly steps: number;
  readonly drops: number;
  readonly notes: number;
}

/** Header, keys, and one line left free: a picture as tall as the terminal makes ink redraw from the top. */
const ALWAYS = 3;
/** The keys and their border. */
const HELP = KEYS.length + 2;
/** A blank line, the column names, and `3 of 9 pods`. */
const POD_FRAME = 3;
const TIMELINE_FRAME = 1;
/** From this many lines on, notes are worth their place. */
const NOTES_FROM = 18;

/**
 * Divides the terminal so that the whole never outgrows it. Timeline and drops give way to the pods.
 * @param rows lines of the terminal
 * @param pods rows of the table of pods
 * @param help whether the keys are explained
 */
export function layout(rows: number, view: LiveView | null, pods: number, help: boolean): Room {
  const below = rows - ALWAYS - (help ? HELP : 0);
  const notes = below < NOTES_FROM ? 0 : Math.min(2, view?.notes.length ?? 0);
  const wanted = {
    pods,
    steps: view === null ? 0 : timelineRows(view).flatMap(linesOf).length,
    drops: view?.drops.length ?? 0,
  };
  // Without drops: a blank line before the sentence that says so. With them: column names and `and 3 more`, too.
  const dropFrame = wanted.drops === 0 ? 1 : 3;
  const free = below - notes - POD_FRAME - TIMELINE_FRAME - dropFrame;
  if (free < 3) return { pods: Math.max(0, below - notes - POD_FRAME), steps: 0, drops: 0, notes };
  const drops = Math.min(Math.max(1, wanted.drops), Math.max(1, Math.floor(free / 4)));
  const half = Math.max(1, Math.floor((free - drops) / 2));
  // What the pods do not need is the timeline's.
  const steps = Math.min(Math.max(1, wanted.steps), Math.max(half, free - drops - Math.max(1, wanted.pods)));
  return { drops, steps, pods: free - drops - steps, notes };
}
