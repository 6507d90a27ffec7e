/** Which lab a command means, where several run. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { openControl } from '../kernel/control/control.ts';
import type { Environment } from './environment.ts';
import { heldRun, onlyHeldLab } from './held-run.ts';

let cwd: string;
const labs: AsyncDisposable[] = [];
beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), 'ipvlane-held-'))));
afterEach(async () => {
  for (const one of labs.splice(0)) await one[Symbol.asyncDispose]();
  rmSync(cwd, { recursive: true });
});

const folderOf = (name: string): string => join(cwd, 'ipvlane-out', name);

/** One that says who it is, and no more. */
async function hold(name: string, held: boolean): Promise<void> {
  mkdirSync(folderOf(name), { recursive: true });
  const who = { scenario: name, kernel: { kind: 'uml', release: '6', clock: 'real' }, held };
  const socket = join(folderOf(name), 'control.sock');
  labs.push(await openControl(socket, { send: () => undefined }, () => Promise.resolve(who)));
}

const changed = (options: Readonly<Record<string, string>> = {}) => heldRun({ cwd } as Environment, options);

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(() => null).catch((error: unknown) => error);
  const [first] = error instanceof DiagnosticError ? error.diagnostics : [];
  return `${first?.code ?? ''} ${first?.message ?? ''}; ${first?.help ?? ''}`;
}

test('the only one is meant, and a socket that a killed run left is none', async () => {
  expect(await onlyHeldLab(cwd)).toBeNull();
  expect(await codeOf(changed())).toMatch(/^E515 /);
  await hold('one', true);
  mkdirSync(folderOf('dead'));
  writeFileSync(join(folderOf('dead'), 'control.sock'), '');
  expect(await onlyHeldLab(cwd)).toBe(folderOf('one'));
  expect(await changed()).toBe(folderOf('one'));
});

test('files beside the folders of runs, as several runs leave them, hold no lab', async () => {
  mkdirSync(join(cwd, 'ipvlane-out'));
  writeFileSync(folderOf('junit.xml'), '');
  expect(await onlyHeldLab(cwd)).toBeNull();
  expect(await codeOf(changed({ run: 'junit.xml' }))).toMatch(/^E515 /);
  await hold('one', true);
  expect(await onlyHeldLab(cwd)).toBe(folderOf('one'));
  expect(await changed()).toBe(folderOf('one'));
});

test('of several one must be named, whatever is to be done', async () => {
  await hold('one', true);
  await hold('two', true);
  expect(await codeOf(onlyHeldLab(cwd))).toMatch(
    /^E550 2 labs are held: (one, two|two, one); name one with `--run (one|two)`, or give the manifests' path$/,
  );
  expect(await codeOf(changed())).toMatch(/^E550 2 labs run: (one, two|two, one); name one with `--run (one|two)`$/);
  expect(await changed({ run: 'two' })).toBe(folderOf('two'));
  expect(await changed({ run: 'ipvlane-out/one' })).toBe(folderOf('one'));
  expect(await codeOf(changed({ run: 'tow' }))).toMatch(/^E515 .*did you mean `two`/);
});

test('who asks means one that is held, who changes one that runs', async () => {
  await hold('held', true);
  await hold('running', false);
  expect(await onlyHeldLab(cwd)).toBe(folderOf('held'));
  expect(await codeOf(changed())).toMatch(/^E550 /);
});
