/** The live screen: header, pods, timeline, drops, keys. Redrawn a few times a second from the measurement. */
import { useEffect, useRef, useState } from 'react';
import { Box, Text, useInput, useStdin, useStdout } from 'ink';
import type { LiveView } from '../../../sim/measure/observing/live.ts';
import { DropTable } from './drop-table.tsx';
import { Header } from './header.tsx';
import { KeyHelp } from './key-help.tsx';
import { layout } from './layout.ts';
import { PodTable } from './pod-table.tsx';
import { activity, dropRows, GROUPINGS, POD_ORDERS, podRows, timelineRows } from './rows.ts';
import { Timeline } from './timeline.tsx';

export interface ScreenProps {
  readonly scenario: string;
  readonly snapshot: () => LiveView | null;
  /** What happens outside the lab's own time: booting, writing the report. */
  readonly progress: () => string;
  readonly onQuit: () => void;
}

/** Five times a second: smooth enough for an eye, cheap enough for a thousand pods. */
const REFRESH_MS = 200;
const FALLBACK_ROWS = 24;
const FALLBACK_COLUMNS = 80;

/** While the timeline goes on, the header says more than what was said last from outside: that the kernel is up. */
function stepsToGo({ outcome, steps }: LiveView): boolean {
  return outcome === 'running' && steps.some(({ status }) => status === 'pending' || status === 'running');
}

export function Screen({ scenario, snapshot, progress, onQuit }: ScreenProps) {
  const [, setTick] = useState(0);
  const [offset, setOffset] = useState(0);
  const [orderIndex, setOrderIndex] = useState(0);
  const [groupingIndex, setGroupingIndex] = useState(0);
  const [filter, setFilter] = useState('');
  const [typing, showTyping] = useState(false);
  // Keys come faster than pictures: what the next one means is known before the next picture.
  const isTyping = useRef(false);
  const setTyping = (now: boolean): void => {
    isTyping.current = now;
    showTyping(now);
  };
  const [help, setHelp] = useState(false);
  const { stdout } = useStdout();
  const { isRawModeSupported } = useStdin();
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);

  const view = snapshot();
  const order = POD_ORDERS[orderIndex] ?? 'name';
  const grouping = GROUPINGS[groupingIndex] ?? 'pod';
  const pods = view === null ? [] : podRows(view, { order, grouping, filter });
  const room = layout(stdout.rows || FALLBACK_ROWS, view, pods.length, help);
  const lastOffset = Math.max(0, pods.length - room.pods);
  useInput(
    (input, key) => {
      if (key.ctrl && input === 'c') onQuit();
      else if (key.escape) {
        setTyping(false);
        setFilter('');
      } else if (isTyping.current) {
        if (key.return) setTyping(false);
        else if (key.backspace || key.delete) setFilter((text) => text.slice(0, -1));
        else if (!key.ctrl && !key.meta) setFilter((text) => text + input);
      } else if (input === 'q') onQuit();
      else if (input === '/') setTyping(true);
      else if (input === 'g') setGroupingIndex((i) => (i + 1) % GROUPINGS.length);
      else if (input === '?') setHelp((shown) => !shown);
      else if (input === 's') setOrderIndex((i) => (i + 1) % POD_ORDERS.length);
      else if (key.downArrow) setOffset((o) => Math.min(lastOffset, o + 1));
      else if (key.upArrow) setOffset((o) => Math.max(0, o - 1));
      else if (key.pageDown) setOffset((o) => Math.min(lastOffset, o + room.pods));
      else if (key.pageUp) setOffset((o) => Math.max(0, o - room.pods));
    },
    { isActive: isRawModeSupported },
  );

  return (
    <Box flexDirection="column">
      <Header
        scenario={scenario}
        kernel={view === null ? null : `${view.kernel.kind} ${view.kernel.release}`}
        clock={view?.kernel.clock ?? 'real'}
        elapsedNs={view?.t ?? 0}
        activity={view === null ? progress() : activity(view)}
      />
      {help && <KeyHelp />}
      {view !== null && (
        <>
          {room.pods > 0 && (
            <Box marginTop={1} flexDirection="column">
              <PodTable
                of={grouping}
                rows={pods}
                offset={Math.min(offset, lastOffset)}
                height={room.pods}
                width={stdout.columns || FALLBACK_COLUMNS}
              />
            </Box>
          )}
          {room.steps > 0 && (
            <Box marginTop={1} flexDirection="column">
              <Timeline rows={timelineRows(view)} height={room.steps} />
            </Box>
          )}
          {room.drops > 0 && (
            <Box marginTop={1} flexDirection="column">
              <DropTable rows={dropRows(view)} height={room.drops} />
            </Box>
          )}
          {view.notes.slice(view.notes.length - room.notes).map((note) => (
            <Text key={`${note.t} ${note.message}`} dimColor wrap="truncate">
              {note.severity}: {note.message}
            </Text>
          ))}
        </>
      )}
      <Text dimColor wrap="truncate">
        {view === null || stepsToGo(view) ? '' : `${progress()} · `}
        {typing || filter !== '' ? `/${filter}${typing ? '▏' : ''} · ` : ''}q ends it · s sorts ({order}) · g groups (
        {grouping}) · / filters · ? help
      </Text>
    </Box>
  );
}
