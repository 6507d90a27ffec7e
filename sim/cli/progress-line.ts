/** How far something is, for who waits for it: a bar that draws over itself on a terminal, a line for each phase elsewhere. */
import type { Output } from './environment.ts';

export interface ProgressLine {
  /** @param fraction from 0 to 1, or null where nobody knows */
  readonly show: (words: string, fraction: number | null) => void;
  /** Leaves a terminal's line empty. */
  end(): void;
}

const BAR = 24;

export function progressLine(stream: Output): ProgressLine {
  if (!stream.isTTY) {
    let last = '';
    return {
      show: (words) => {
        if (words !== last) stream.write(`${words}\n`);
        last = words;
      },
      end: () => undefined,
    };
  }
  let drawn = false;
  return {
    show: (words, fraction) => {
      const line = fraction === null ? words : `${bar(fraction)} ${words}`;
      stream.write(`\r\u001b[K${line.slice(0, Math.max(10, stream.columns - 1))}`);
      drawn = true;
    },
    end: () => {
      if (drawn) stream.write('\r\u001b[K');
      drawn = false;
    },
  };
}

function bar(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * BAR);
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(Math.round(fraction * 100)).padStart(3)} %`;
}
