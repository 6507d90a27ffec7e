/** "Did you mean": the candidate that a person most likely meant to write. */

/**
 * The candidate nearest to `word` by edit distance (insert, delete, replace, swap of neighbours; case costs little),
 * or null when none is near: at most a third of the letters, and at least one, may differ.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 0.5;
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = Math.min(
      editDistance(word, candidate, bestDistance),
      editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance) + 0.25,
    );
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** "did you mean `x`?", or undefined when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const candidate = nearest(word, candidates);
  return candidate === null ? undefined : `did you mean \`${candidate}\`?`;
}

/**
 * Optimal string alignment distance (Damerau-Levenshtein without overlapping edits).
 * @param most what is farther is infinitely far: it is not worked out to the end
 */
export function editDistance(a: string, b: string, most = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) > most) return Number.POSITIVE_INFINITY;
  // Each edit brings one character in at most, and takes one away: this alone tells most texts apart, without a row.
  const [inA, inB] = [charactersIn(a), charactersIn(b)];
  if (bitsIn(inA & ~inB) > most || bitsIn(inB & ~inA) > most) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let distance = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, at(beforeLast, j - 2) + 1);
      }
      row.push(distance);
      if (distance < least) least = distance;
    }
    // No later row has less than the least of this one.
    if (least > most) return Number.POSITIVE_INFINITY;
    beforeLast = last;
    last = row;
  }
  const distance = at(last, b.length);
  return distance > most ? Number.POSITIVE_INFINITY : distance;
}

/** One bit for each of 32 classes of characters, set where one of them is there. */
function charactersIn(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits |= 1 << (text.charCodeAt(i) & 31);
  return bits;
}

function bitsIn(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
