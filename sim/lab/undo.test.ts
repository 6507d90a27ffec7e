import { describe, expect, it } from 'vitest';
import { Undo } from './undo.ts';

describe('undo', () => {
  it('goes in reverse order, waits for each, and a failing one does not stop the rest', async () => {
    const done: string[] = [];
    const failures: string[] = [];
    {
      await using undo = new Undo((what, error) => failures.push(`${what}: ${(error as Error).message}`));
      undo.use('first', { [Symbol.dispose]: () => done.push('first') });
      undo.defer('second', () => {
        throw new Error('busy');
      });
      undo.defer('third', async () => {
        await Promise.resolve();
        done.push('third');
      });
    }
    expect(done).toEqual(['third', 'first']);
    expect(failures).toEqual(['second: busy']);
  });

  it('keeps nothing of what was undone before its turn', async () => {
    const done: string[] = [];
    await using undo = new Undo(() => undefined);
    undo.defer('first', () => void done.push('first'));
    const last = undo.child('last');
    for (let i = 0; i < 1000; i++) {
      await using pod = undo.child(`pod ${i}`);
      pod.defer('namespace', () => void done.push(`pod ${i}`));
    }
    expect([undo.size, done.length]).toEqual([2, 1000]);
    last.defer('last', () => void done.push('last'));
    await undo[Symbol.asyncDispose]();
    expect(done.slice(1000)).toEqual(['last', 'first']);
    expect(undo.size).toBe(0);
  });
});
