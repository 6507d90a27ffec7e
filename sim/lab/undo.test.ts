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
});
