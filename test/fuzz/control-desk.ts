/** A control socket as a held lab has it, with a kernel that answers whatever it understands and throws at the rest. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLabRequest } from '../../sim/cli/held/lab-request.ts';
import { LiveControl } from '../../sim/cli/live-control.ts';
import { openControl } from '../../sim/kernel/control/control.ts';
import { isExecCommand } from '../../sim/kernel/control/exec-command.ts';
import type { AgentCommand } from '../../sim/lab/protocol.ts';
import { memoryFiles } from '../../sim/manifest/finding/memory-files.ts';
import { readManifests } from '../../sim/manifest/read-manifests.ts';
import { makePlan } from '../../sim/plan/make-plan.ts';
import { clusterChangeSchema } from '../../sim/plan/schema/cluster-change.ts';

const SEED = ['deployment', 'client', 'spiderippool', 'spidermultusconfig', 'networkpolicy', 'scenario'];

export interface ControlDesk extends AsyncDisposable {
  /** Says one line. Resolves with the answer, or null when the lab hung up or had none. @throws Error: it brought the lab to do what no lab could */
  say(line: string): Promise<string | null>;
  /** What clients of ours say, as lines. */
  readonly said: readonly string[];
}

export async function openDesk(): Promise<ControlDesk> {
  const folder = mkdtempSync(join(tmpdir(), 'ipvlane-fuzz-'));
  const path = join(folder, 'control.sock');
  const { live, plan } = seedLab();
  let fault: Error | null = null;
  const control = new LiveControl(live, plan, true);
  control.hear({ type: 'holding' });
  const kernel = {
    ...({ kind: 'uml', release: '6.1', clock: 'real', pids: [] } as const),
    send: (command: AgentCommand) => {
      fault ??= faultOf(command);
      answer(control, command);
    },
  };
  const server = await openControl(path, kernel, (body) =>
    isLabRequest(body) ? control.handle(body, kernel) : Promise.reject(new Error('no request')),
  );
  return {
    said: saidBy(plan.timeline.flatMap((step) => (step.kind === 'traffic' ? step.flows : []))[0]),
    say: async (line) => {
      const told = await tell(path, line);
      if (fault !== null) throw fault;
      return told;
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

function seedLab() {
  const files = Object.fromEntries(
    SEED.map((name) => [
      `${name}.yaml`,
      readFileSync(join(import.meta.dirname, `../../scenarios/seed/${name}.yaml`), 'utf8'),
    ]),
  );
  const { manifests } = readManifests(Object.keys(files), memoryFiles(files));
  const { plan, live, diagnostics } = makePlan(manifests);
  if (plan === null) throw new Error(`the seed has no plan: ${diagnostics[0]?.message ?? ''}`);
  return { plan, live };
}

function saidBy(flow: unknown): string[] {
  const target = { kind: 'Pod', namespace: 'default', name: 'client', replica: null, path: [] };
  const policy = readFileSync(join(import.meta.dirname, '../../scenarios/seed/networkpolicy.yaml'), 'utf8');
  const requests = [
    { verb: 'who' },
    { verb: 'plan' },
    { verb: 'ask', mode: 'wire', from: ['default/client'], targets: [{ protocol: 'TCP', port: 80, to: ['default/test'] }], timeoutNs: 5e8 },
    { verb: 'flow', flow },
    { verb: 'apply', files: [{ file: 'networkpolicy.yaml', text: policy }] },
    { verb: 'delete', targets: [target] },
    { verb: 'restart', targets: [target] },
    { verb: 'label', targets: [{ ...target, values: { door: 'open', old: null }, overwrite: true }] },
    { verb: 'annotate', targets: [{ ...target, values: { 'kubernetes.io/egress-bandwidth': '10M' } }] },
    { verb: 'scale', targets: [{ ...target, kind: 'Deployment', name: 'test', replicas: 2 }] },
  ]; // prettier-ignore
  const commands = [
    { type: 'exec', id: 1, party: 'default/client', argv: ['id'], env: { A: 'b' }, cwd: '/', terminal: { columns: 80, rows: 24 } },
    { type: 'exec-input', id: 1, data: 'YQ==' },
    { type: 'exec-input-end', id: 1 },
    { type: 'exec-resize', id: 1, columns: 80, rows: 24 },
    { type: 'exec-signal', id: 1, signal: 'SIGINT' },
  ]; // prettier-ignore
  return [...requests.map((body) => ({ type: 'request', body })), ...commands].map((one) => JSON.stringify(one));
}

/** The agent acts on what it hears, and trusts it. */
function faultOf(command: AgentCommand): Error | null {
  const isUnderstood =
    command.type === 'ask' || command.type === 'flow'
      ? isLabRequest({ ...command, verb: command.type })
      : command.type === 'change'
        ? clusterChangeSchema.safeParse(command.change).success
        : isExecCommand(command);
  return isUnderstood ? null : new Error(`not for an agent: ${JSON.stringify(command)}`);
}

function answer(control: LiveControl, command: AgentCommand): void {
  const error = 'a lab of nobody';
  if (command.type === 'ask') control.hear({ type: 'answered', id: command.id, durationNs: 0, operations: 0, error });
  if (command.type === 'change') control.hear({ type: 'changed', id: command.id, error });
  if (command.type === 'flow') control.hear({ type: 'flowed', id: command.id });
}

/** A message that wants no answer has none: whoever said it goes. */
function tell(path: string, line: string): Promise<string | null> {
  const socket = connect(path);
  return new Promise((resolve) => {
    let heard = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      heard += text;
      if (heard.includes('\n')) socket.destroy();
    });
    socket.on('error', () => undefined); // it hung up, which `close` tells
    socket.on('close', () => resolve(heard === '' ? null : heard));
    socket.write(`${line.replaceAll('\n', ' ')}\n`);
    if (!line.includes('request')) socket.end();
    else socket.setTimeout(5_000, () => socket.destroy());
  });
}
