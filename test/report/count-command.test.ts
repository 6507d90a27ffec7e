import { expect, it } from 'vitest';
import { countCommand } from './count-command.ts';

const node = (code: string) => countCommand(process.execPath, ['-e', code], []);

it('counts a command that ends with 0 as passed', async () => {
  expect(await node('')).toEqual({ passed: 1, failed: [], skipped: [] });
});

it('tells the end of what a failed one said, on both outputs', async () => {
  const { failed } = await node(
    'for (let line = 0; line < 100; line += 1) console.log(`line ${line}`); console.error("\\u001b[31mlast\\u001b[39m"); process.exitCode = 3',
  );
  const lines = failed[0]?.reason.split('\n  ') ?? [];
  expect(lines).toHaveLength(31);
  expect([lines[0], lines[1], lines.at(-1)]).toEqual(['it ended with 3', 'line 71', 'last']);
});

it('says of one that a signal ended, and of one that is not there, what became of it', async () => {
  expect((await node('process.kill(process.pid, "SIGKILL")')).failed[0]?.reason).toContain('SIGKILL');
  expect((await countCommand('/no-such-program', [], [])).failed[0]?.reason).toContain('ENOENT');
});
