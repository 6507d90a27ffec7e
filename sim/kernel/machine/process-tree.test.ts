import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { killTree, treeOf } from './process-tree.ts';

test('what a process has started ends with it, though nothing of its own would see to that', async () => {
  const child = spawn('sh', ['-c', 'sleep 600 & echo ready; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  expect(treeOf(child)).toHaveLength(2);
  child.stdout.resume();
  killTree(child);
  // Closed once it has ended and nobody holds its output any more: the sleep neither.
  await once(child, 'close');
  expect(treeOf(child)).toEqual([]);
  killTree(child);
});
