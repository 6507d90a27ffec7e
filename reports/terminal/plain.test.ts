import { expect, it } from 'vitest';
import { openPlainView } from './plain.ts';

it('shows the commands of any record that has some, before what the record says', () => {
  const lines: string[] = [];
  const view = openPlainView((line) => lines.push(line));
  view.add({
    type: 'build',
    t: 0,
    what: 'pod',
    name: 'default/a',
    durationNs: 1,
    commands: ['ip netns add default.a'],
  });
  view.add({ type: 'step', t: 1e9, step: 0, state: 'started' });
  view.add({ type: 'step', t: 2e9, step: 0, state: 'failed', message: 'no', commands: ['ip netns delete default.a'] });
  view.add({ type: 'end', t: 3e9, outcome: 'completed', commands: ['umount /run/ipvlane-bpf'] });
  expect(lines).toEqual([
    ' 0:00.0    $ ip netns add default.a',
    ' 0:01.0  step 0',
    ' 0:02.0    $ ip netns delete default.a',
    ' 0:02.0  step 0: failed: no',
    ' 0:03.0    $ umount /run/ipvlane-bpf',
  ]);
});
