/** The run that commands from another terminal mean. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/nearest.ts';
import { RESULTS_FOLDER } from '../manifest/finding/files.ts';
import { isLivingSocket } from '../kernel/control/living-socket.ts';
import { askLab } from '../kernel/control/request-client.ts';
import { CONTROL_SOCKET } from '../kernel/control/socket-path.ts';
import type { Environment } from './environment.ts';
import { type WhoReply, whoReplySchema } from './held/questions.ts';

/**
 * Its output folder: the one that `--run` names, else the one below ./ipvlane-out in which a lab runs.
 * @throws DiagnosticError where there is none, or several and none is named
 */
export async function heldRun({ cwd }: Environment, options: Readonly<Record<string, unknown>>): Promise<string> {
  if (typeof options.run === 'string') return runNamed(cwd, options.run);
  const only = onlyOne(cwd, await answering(cwd), 'run');
  if (only !== null) return only;
  throw new DiagnosticError('machine', [
    {
      code: 'E515',
      severity: 'error',
      message: `no lab is held below ${join(cwd, RESULTS_FOLDER)}`,
      help: 'start one with `ipvlane run … --hold`, or name its folder with --run',
    },
  ]);
}

/**
 * The folder of a run by its name below ./ipvlane-out, or by its path.
 * @throws DiagnosticError of kind machine when no lab runs there
 */
export async function runNamed(cwd: string, name: string): Promise<string> {
  for (const folder of [join(cwd, RESULTS_FOLDER, name), resolve(cwd, name)])
    if (await isLivingSocket(socketIn(folder))) return folder;
  const running = (await runningBelow(cwd)).map((each) => basename(each));
  const help =
    running.length === 0
      ? 'start one with `ipvlane run … --hold`'
      : (didYouMean(name, running) ?? `these run: ${running.join(', ')}`);
  throw new DiagnosticError('machine', [
    { code: 'E515', severity: 'error', message: `no lab runs by the name ${name}`, help },
  ]);
}

/**
 * The one lab below ./ipvlane-out that `run --hold` keeps; null where there is none.
 * @throws DiagnosticError of kind input (the command line is not clear) where there are several
 */
export async function onlyHeldLab(cwd: string): Promise<string | null> {
  const held = (await answering(cwd)).filter(({ who }) => who.held);
  return onlyOne(cwd, held, 'are held', "give the manifests' path");
}

interface Answering {
  readonly folder: string;
  readonly who: WhoReply;
}

/** The labs below ./ipvlane-out that answer, the newest first. A socket that a killed run left behind is none. */
async function answering(cwd: string): Promise<Answering[]> {
  const asked = await Promise.all(
    (await runningBelow(cwd)).map(async (folder) => {
      try {
        return [{ folder, who: await askLab(folder, { verb: 'who' }, whoReplySchema) }];
      } catch {
        return [];
      }
    }),
  );
  return asked.flat();
}

/** @param otherwise what helps beside naming one */
function onlyOne(cwd: string, labs: readonly Answering[], what: string, otherwise?: string): string | null {
  const [only, ...more] = labs;
  if (only === undefined || more.length === 0) return only?.folder ?? null;
  const names = labs.map(({ folder }) => relative(join(cwd, RESULTS_FOLDER), folder));
  throw new DiagnosticError('input', [
    {
      code: 'E550',
      severity: 'error',
      message: `${names.length} labs ${what}: ${names.join(', ')}`,
      help: `name one with \`--run ${names[0] ?? ''}\`${otherwise === undefined ? '' : `, or ${otherwise}`}`,
    },
  ]);
}

/** Folders with a control socket at which somebody listens, the newest first. */
async function runningBelow(cwd: string): Promise<string[]> {
  const runs = join(cwd, RESULTS_FOLDER);
  const folders = (existsSync(runs) ? readdirSync(runs) : []).map((name) => join(runs, name));
  const living = await Promise.all(
    folders.map(async (folder) => ((await isLivingSocket(socketIn(folder))) ? [folder] : [])),
  );
  return living.flat().toSorted((a, b) => statSync(socketIn(b)).mtimeMs - statSync(socketIn(a)).mtimeMs);
}

function socketIn(folder: string): string {
  return join(folder, CONTROL_SOCKET);
}
