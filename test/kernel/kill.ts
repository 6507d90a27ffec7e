/** One kill, and what is left of the kernel afterwards. Runs on this machine, and in a guest that plays one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { descendants } from '../../sim/kernel/machine/process-tree.ts';
import { holdForeignNamespaces, living, tracesNow } from './traces.ts';

/**
 * Whom to kill: the `front-end`; the `launcher`, outermost process of the kernel; `uml`, the kernel's own process; the
 * `agent`, where it is a process of this machine.
 */
export type Victim = 'front-end' | 'launcher' | 'uml' | 'agent';

/**
 * When to kill: so many ms after the kernel's first process, at the latest when its traffic begins; or so many after that. A time
 * that was measured under one load is no moment of a run under another, which may have come to its end by then.
 */
export interface Moment {
  readonly after: 'start' | 'traffic';
  readonly ms: number;
}

export interface Remains {
  readonly processes: readonly number[];
  readonly namespaces: readonly string[];
  readonly mounts: readonly string[];
  readonly files: readonly string[];
  readonly links: readonly string[];
  /** Files of an earlier result that are gone, or are not what they were. */
  readonly earlier: readonly string[];
  /** How many processes and namespaces there were at the moment of the kill: a kill of nothing proves nothing. */
  readonly before: { readonly processes: number; readonly namespaces: number };
  /** How a front end that was not the victim ended; null: not within two minutes, or by the kill. */
  readonly exitCode: number | null;
  /** Whole lines of the trace on disk: what was measured until then. */
  readonly records: number;
}

/** A program that starts a kernel; `OUT` among its words stands for a folder it may leave things in. */
export interface FrontEnd {
  readonly argv: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv;
}

/** A front end that lives on writes its reports, which takes a busy machine (or a guest that plays one) its time. */
const REPORT_MS = 120_000;

/** For what must come, and for processes that must go: they take a busy machine minutes, a quiet one moments. */
const PATIENCE_MS = 120_000;

/** Of what a front end says on standard error, the end: characters. */
const MOST_SAID = 4000;

/** Boots the echo agent: quick, and no lab. */
export const ECHO: FrontEnd = {
  argv: [process.execPath, '--import', 'tsx', join(import.meta.dirname, 'fixtures/front-end.ts')],
};

/** A run that came to its end: nothing but one that does too may take its place. */
const EARLIER: Readonly<Record<string, string>> = {
  'trace.ndjson': '{"type":"earlier"}\n',
  'result.json': '{"earlier":true}\n',
  'report.html': '<p>earlier</p>\n',
};

function keepEarlierResult(out: string): void {
  mkdirSync(out);
  for (const [name, text] of Object.entries(EARLIER)) writeFileSync(join(out, name), text);
  const ours = { schema: 'ipvlane.files/v1', completed: true, files: Object.keys(EARLIER), folders: [] };
  writeFileSync(join(out, 'ipvlane-files.json'), JSON.stringify(ours));
}

/**
 * Starts a front end, kills the victim at that moment (guest and agent: at the earliest when there is one), and looks when all of them
 * are gone, or after two minutes.
 */
export async function killAndLook(victim: Victim, moment: Moment, frontEnd: FrontEnd = ECHO): Promise<Remains> {
  const place = mkdtempSync(join(tmpdir(), 'ipvlane-kill-'));
  const home = join(place, 'home');
  mkdirSync(home);
  const out = join(place, 'out');
  keepEarlierResult(out);
  const before = tracesNow([home]);
  const [program, ...words] = frontEnd.argv;
  const args = words.map((word) => (word === 'OUT' ? out : word));
  const env = { ...process.env, ...frontEnd.env, TMPDIR: home, HOME: home };
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-MOST_SAID)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  try {
    const root = await until(() => kernelOf(child, () => said), PATIENCE_MS);
    await reached(moment, out);
    const target = await until(() => pidOf(victim, child, root, () => said), PATIENCE_MS);
    const pids = descendants(root);
    using namespaces = holdForeignNamespaces(living(pids));
    const counts = { processes: living(pids).length, namespaces: namespaces.names.size };
    process.kill(target, 'SIGKILL');
    await waitUntilGone(pids, PATIENCE_MS);
    const exitCode = await Promise.race([ended, sleep(REPORT_MS).then(() => null)]);
    const after = tracesNow([home]);
    const fresh = (what: 'mounts' | 'files' | 'links'): string[] =>
      [...after[what]].filter((name) => !before[what].has(name));
    return {
      processes: living(pids),
      namespaces: [...namespaces.names].filter((namespace) => after.namespaces.has(namespace)),
      mounts: fresh('mounts'),
      // The loader's own; a front end from the bundle has none.
      files: fresh('files').filter((name) => !/\/tsx-\d+$/.test(name)),
      links: fresh('links'),
      earlier: Object.keys(EARLIER).filter((name) => textOf(join(out, name)) !== EARLIER[name]),
      before: counts,
      exitCode,
      records: recordsIn(join(out, 'unfinished/trace.ndjson')),
    };
  } finally {
    child.kill('SIGKILL');
    await ended;
    rmSync(place, { recursive: true, force: true });
  }
}

/**
 * How long the front end takes from its kernel's first process to the first record of traffic, in ms; it is ended then.
 */
export async function untilTraffic({ argv: [program, ...words], env }: FrontEnd): Promise<number> {
  const place = mkdtempSync(join(tmpdir(), 'ipvlane-kill-'));
  const out = join(place, 'out');
  const args = words.map((word) => (word === 'OUT' ? out : word));
  const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    await until(() => kernelOf(child), PATIENCE_MS);
    const began = performance.now();
    await until(() => hasTraffic(out), PATIENCE_MS);
    return performance.now() - began;
  } finally {
    child.kill('SIGKILL');
    await ended;
    rmSync(place, { recursive: true, force: true });
  }
}

async function reached({ after, ms }: Moment, out: string): Promise<void> {
  if (after === 'traffic') {
    await until(() => hasTraffic(out), PATIENCE_MS);
    await sleep(ms);
    return;
  }
  const end = performance.now() + ms;
  while (performance.now() < end && hasTraffic(out) === null) await sleep(Math.min(10, ms));
}

/** Whether a trace below this folder tells of a flow; null: not yet. */
function hasTraffic(out: string): true | null {
  if (!existsSync(out)) return null;
  const traces = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter(
    (name) => basename(name) === 'trace.ndjson',
  );
  return traces.some((name) => textOf(join(out, name)).includes('"type":"flow-state"')) ? true : null;
}

/** The outermost process of its kernel: what leads to the guest's enclosure, or to the agent. */
function kernelOf(child: ChildProcess, said = () => ''): number | null {
  assertLives(child, said);
  const own = child.pid === undefined ? [] : descendants(child.pid).slice(1);
  return own.find((pid) => wordsOf(pid).some((word) => /(uml-enclose\.sh|agent\.cjs)$/.test(word))) ?? null;
}

/** @throws Error when it ended by itself: there is nobody left whom to kill */
function assertLives(child: ChildProcess, said: () => string): void {
  if (child.exitCode !== null)
    throw new Error(`the front end ended with ${child.exitCode} before the kill, and said: ${said()}`);
}

function pidOf(victim: Victim, child: ChildProcess, root: number, said: () => string): number | null {
  assertLives(child, said);
  if (victim === 'front-end') return child.pid ?? null;
  if (victim === 'launcher') return root;
  const pids = living(descendants(root));
  if (pids.length === 0) throw new Error('nothing lives that could be killed');
  // The enclosure before it is the launcher's, and its short-lived mounts may be gone before the kill.
  const program = victim === 'uml' ? /linux/ : /node$/;
  return pids.find((pid) => program.test(wordsOf(pid)[0] ?? '')) ?? null;
}

function wordsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // it ended
  }
}

/** @throws SyntaxError where a whole line is no record. */
function recordsIn(trace: string): number {
  const lines = textOf(trace).split('\n').slice(0, -1);
  return lines.map((line): unknown => JSON.parse(line)).length;
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

async function until<T>(look: () => T | null, limitMs: number): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const found = look();
    if (found !== null) return found;
    if (performance.now() > end) throw new Error(`nothing appeared within ${limitMs} ms`);
    await sleep(10);
  }
}

async function waitUntilGone(pids: readonly number[], limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (living(pids).length > 0 && performance.now() < end) await sleep(20);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
