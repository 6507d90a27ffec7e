/** The live screen as a RunView. Import this file lazily: ink and react take half a second to load. */
import chalk from 'chalk';
import { render } from 'ink';
import type { Measurement } from '../../../sim/measure/observing/reduce.ts';
import type { RunView } from '../view.ts';
import { Screen } from './screen.tsx';

export interface LiveViewParts {
  readonly scenario: string;
  readonly measurement: Measurement;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly colour: boolean;
  readonly onQuit: () => void;
}

/** The measurement is fed by the caller; the screen only reads it. Closing leaves the last picture and a sane terminal. */
export function openLiveView({ scenario, measurement, stdin, stdout, colour, onQuit }: LiveViewParts): RunView {
  let doing = 'starting';
  // Ink paints by it, and it knows FORCE_COLOR but not NO_COLOR.
  if (!colour) chalk.level = 0;
  const clearNarrowed = narrowingClearer(stdout);
  stdout.on('resize', clearNarrowed);
  const instance = render(
    <Screen scenario={scenario} snapshot={() => measurement.snapshot()} progress={() => doing} onQuit={onQuit} />,
    { stdin, stdout, exitOnCtrlC: false, patchConsole: false },
  );
  let closed: Promise<void> | null = null;
  return {
    progress: (text) => {
      doing = text;
    },
    // The screen looks at the measurement by itself.
    add: () => undefined,
    close: () => {
      closed ??= (async () => {
        stdout.off('resize', clearNarrowed);
        instance.unmount();
        await instance.waitUntilExit();
      })();
      return closed;
    },
  };
}

const CLEAR_SCREEN = '\u001b[2J\u001b[H';

/**
 * A terminal that gets narrower breaks the lines of the last picture in two, and ink, which counts lines, erases only a part
 * of it. To be called on each resize before ink is.
 */
function narrowingClearer(stdout: NodeJS.WriteStream): () => void {
  let width = stdout.columns;
  return () => {
    if (stdout.columns < width) stdout.write(CLEAR_SCREEN);
    width = stdout.columns;
  };
}
