/** Objects of JSON without nodes: those of which the reader of V8 makes what ours does. */
import type { Budget } from './nodes.ts';

interface PlainObject {
  readonly value: unknown;
  readonly end: number;
  /** Values inside, with itself. */
  readonly built: number;
}

/** Of more no manifest is made; what is nested too deeply is told by the other reader. */
const DEEPEST = 64;
/** Whole numbers of so many digits are the same to everybody. */
const MOST_DIGITS = 15;

/**
 * The object that begins at `start`; null where it is none, or the other reader has to look: for what is wrong, keys that
 * stand there twice, escapes by number (which may be half of a character), and numbers other than small whole ones.
 */
export function plainObjectAt(text: string, start: number, budget: Budget): PlainObject | null {
  const stretch = stretchOf(text, start);
  // Each value, its key and its comma, as in the other reader.
  if (stretch === null || !budget.spendAll(3 * stretch.values)) return null;
  let value: unknown;
  try {
    value = JSON.parse(text.slice(start, stretch.end));
  } catch {
    return null;
  }
  return keysIn(value) === stretch.keys ? { value, end: stretch.end, built: stretch.values } : null;
}

interface Stretch {
  readonly end: number;
  readonly keys: number;
  readonly values: number;
}

function stretchOf(text: string, start: number): Stretch | null {
  if (text.charCodeAt(start) !== 0x7b) return null;
  let depth = 0;
  let keys = 0;
  let values = 1;
  let wasOpened = false;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) continue;
    const isFirst = wasOpened && code !== 0x7d && code !== 0x5d;
    // As many as there are commas, and one in each that is not empty.
    if (isFirst || code === 0x2c) values++;
    wasOpened = false;
    if (code === 0x22) {
      at = endOfString(text, at);
      if (at === -1) return null;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > DEEPEST) return null;
      wasOpened = true;
    } else if (code === 0x7d || code === 0x5d) {
      if (--depth === 0) return { end: at + 1, keys, values };
    } else if (code === 0x3a) keys++;
    else if (code === 0x2d || code === 0x2e) return null;
    else if (code >= 0x30 && code <= 0x39) {
      at = lastDigit(text, at);
      if (at === -1) return null;
    }
  }
  return null;
}

/** Where its second quote stands; -1: nowhere, or something stands in it that has to be looked at. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at;
    if (code === 0x5c && text.charCodeAt(++at) === 0x75) return -1;
  }
  return -1;
}

function lastDigit(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at + 1) >= 0x30 && text.charCodeAt(at + 1) <= 0x39) at++;
  const next = text.charCodeAt(at + 1);
  return at - start >= MOST_DIGITS || next === 0x2e || next === 0x65 || next === 0x45 ? -1 : at;
}

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) {
    let keys = 0;
    for (const item of value) keys += keysIn(item);
    return keys;
  }
  const names = Object.keys(value);
  let keys = names.length;
  for (const name of names) keys += keysIn((value as Readonly<Record<string, unknown>>)[name]);
  return keys;
}
