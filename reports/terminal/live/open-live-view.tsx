/** The live screen as a RunView. Import this file lazily: ink and react take half a second to load. */
import { render } from 'ink';
import type { Measurement } from '../../../sim/measure/reduce.ts';
import type { RunView } from '../view.ts';
import { Screen } from './screen.tsx';

export interface LiveViewParts {
  readonly scenario: string;
  readonly measurement: Measurement;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly onQuit: () => void;
}

/** The measurement is fed by the caller; the screen only reads it. Closing leaves the last picture and a sane terminal. */
export function openLiveView({ scenario, measurement, stdin, stdout, onQuit }: LiveViewParts): RunView {
  let doing = 'starting';
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
        instance.unmount();
        await instance.waitUntilExit();
      })();
      return closed;
    },
  };
}
