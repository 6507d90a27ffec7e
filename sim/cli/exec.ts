import { execInLab } from '../kernel/control/exec-client.ts';
import { askLab } from '../kernel/control/request-client.ts';
import { inNamespace } from '../manifest/objects/object-name.ts';
import { firstPartyOf } from '../reach/question.ts';
import type { Action } from './command.ts';
import type { ExitCode } from './exit-code.ts';
import { type LabQuestion, planReplySchema } from './held/questions.ts';
import { heldRun } from './held-run.ts';
import { namespaceOf } from './namespace-option.ts';

/** Variables a program expects to find; the rest of the environment is the lab's own. */
const PASSED_ON = ['TERM', 'LANG', 'LC_ALL', 'NO_COLOR', 'PATH', 'COLUMNS', 'LINES'] as const;

/** Runs a program in a pod of a held lab; the exit code is the program's own. */
export const exec: Action = async (environment, [pod = '', ...words], options) => {
  // Everything after the pod is passed through to the program, the `--` before it included.
  const argv = words[0] === '--' ? words.slice(1) : words;
  const variables = Object.entries(environment.variables).filter(([name]) =>
    (PASSED_ON as readonly string[]).includes(name),
  );
  const outDir = await heldRun(environment, options);
  const { plan } = await askLab(outDir, { verb: 'plan' } satisfies LabQuestion, planReplySchema);
  const code = await execInLab({
    outDir,
    party: firstPartyOf(plan, inNamespace(pod, namespaceOf(options))).name,
    argv,
    env: Object.fromEntries(variables.map(([name, value]) => [name, value ?? ''])),
    cwd: environment.cwd,
    terminal: options.tty === true,
    stdin: environment.streams.stdin,
    stdout: environment.streams.stdout,
    stderr: environment.streams.stderr,
  });
  return code as ExitCode;
};
