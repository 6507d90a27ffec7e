/**
 * Random early detection (Floyd and Jacobson, 1993; tc-red(8)): what the kernel wants to be told beside the thresholds. It knows no
 * logarithms, so how fast the average forgets, how steep the odds are and what an idle time does to it come as powers of two and a table.
 */

/** Bytes, and odds from 0 to 1. */
export interface RedSettings {
  /** Beyond it everything is dropped. */
  readonly limitBytes: number;
  /** A usual packet. */
  readonly packetBytes: number;
  readonly rateBps: number;
}

export interface RedParameters {
  readonly limitBytes: number;
  /** Of the average: none is dropped below, all above. */
  readonly minBytes: number;
  readonly maxBytes: number;
  /** Packets of the usual size that may come in a row before one is dropped. */
  readonly burst: number;
  /** The average moves by 2^-weightLog of the difference. */
  readonly weightLog: number;
  /** The odds at `maxBytes` are (max - min) / 2^oddsLog. */
  readonly oddsLog: number;
  /** A cell of `idle` is 2^cellLog microseconds. */
  readonly cellLog: number;
  /** By how many powers of two the average has shrunk after so many cells of silence. */
  readonly idle: Uint8Array;
  /** Odds at `maxBytes`. */
  readonly odds: number;
}

/** tc-red(8)'s own. */
const ODDS = 0.02;
const CELLS = 256;
const LARGEST_SHIFT = 31;
/** The kernel measures silence in microseconds (red_calc_qavg_from_idle_time). */
const TICK_NS = 1000;

/** Thresholds of a quarter of the room and a third of that, as tc-red(8) advises. */
export function redParameters({ limitBytes, packetBytes, rateBps }: RedSettings): RedParameters {
  const maxBytes = Math.max(2 * packetBytes, Math.round(limitBytes / 4));
  const minBytes = Math.max(packetBytes, Math.round(maxBytes / 3));
  const burst = Math.ceil((2 * minBytes + maxBytes) / (3 * packetBytes));
  const weightLog = weightLogOf(burst, minBytes / packetBytes);
  const oddsLog = Math.max(0, Math.ceil(Math.log2((maxBytes - minBytes) / ODDS)));
  const ticks = (packetBytes * 8e9) / rateBps / TICK_NS;
  const shiftPerTick = -Math.log2(1 - 2 ** -weightLog) / ticks;
  const cellLog = Math.max(0, Math.ceil(Math.log2(LARGEST_SHIFT / shiftPerTick / (2 * CELLS))));
  const idle = Uint8Array.from({ length: CELLS }, (_, cell) =>
    Math.min(LARGEST_SHIFT, Math.round(cell * 2 ** cellLog * shiftPerTick)),
  );
  idle[CELLS - 1] = LARGEST_SHIFT;
  return { limitBytes, minBytes, maxBytes, burst, weightLog, oddsLog, cellLog, idle, odds: ODDS };
}

/** The heaviest weight with which a burst out of an empty queue keeps the average below the lower threshold. */
function weightLogOf(burst: number, threshold: number): number {
  for (let log = 1; log < 32; log++) {
    const weight = 2 ** -log;
    // After packets 1, 2, ... burst: a geometric sum.
    const average = burst + 1 - (1 - (1 - weight) ** (burst + 1)) / weight;
    if (average <= threshold) return log;
  }
  return LARGEST_SHIFT;
}
