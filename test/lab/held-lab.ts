/** `ipvlane run ... --hold` as in another terminal. */
import { execa } from 'execa';
import { COMMAND, type Desk } from '../cli/ipvlane.ts';

/** Resolves when its steps are done and it is kept; disposing is Ctrl-C. @throws Error with its words where it ends before that */
export async function holdLab(desk: Desk, words: readonly string[]): Promise<AsyncDisposable> {
  const [program, script] = COMMAND;
  const args = [script, 'run', ...words, '--hold', '--plain', '--kernel', 'uml'];
  const lab = execa(program, args, { cwd: desk.path, reject: false, stdin: 'ignore', timeout: 600_000 });
  await new Promise<void>((holding, failed) => {
    lab.stdout.on('data', (text: Buffer) => {
      if (text.toString().includes('holding')) holding();
    });
    void lab.then(({ exitCode, stderr }) => failed(new Error(`it ended with ${exitCode ?? 'a signal'}: ${stderr}`)));
  });
  return {
    async [Symbol.asyncDispose]() {
      lab.kill('SIGINT');
      await lab;
    },
  };
}
