import { describe, expect, it } from 'vitest';
import type { Kernel, KernelOptions, RunningKernel } from '../kernel/kernel.ts';
import type { AgentMessage, ForetoldCommand } from '../lab/protocol.ts';
import { PLAN_SCHEMA, type Plan } from '../plan/plan.ts';
import type { Told } from './answers.ts';
import { AskingLab } from './asking-lab.ts';

const plan: Plan = {
  schema: PLAN_SCHEMA,
  scenario: { name: 'none', description: null, file: null },
  engine: 'ipvlane',
  underlay: { rateBps: null, delayNs: 0, mtu: 1500 },
  nodes: [],
  hosts: [],
  namespaces: [],
  pods: [],
  policies: [],
  timeline: [],
};
const question = (port: number): Told => ({
  type: 'ask',
  mode: 'wire',
  from: ['x/a'],
  timeoutNs: 1e6,
  targets: [{ protocol: 'TCP', port, to: ['x/b'] }],
});

/** A guest that hears nothing: says at once what it makes of its script. */
function deaf(answer: (command: ForetoldCommand) => AgentMessage[]): Kernel & { readonly scripts: unknown[] } {
  const scripts: unknown[] = [];
  const start = ({ script }: KernelOptions): Promise<RunningKernel> => {
    scripts.push(script);
    const said: AgentMessage[] = [{ type: 'holding' }, ...(script?.then ?? []).flatMap(answer), { type: 'bye' }];
    return Promise.resolve({
      kind: 'qemu',
      release: '0',
      clock: 'virtual',
      bootMs: 0,
      pids: [],
      send: ({ type }) => {
        throw new Error(`${type} was sent to it`);
      },
      messages: (async function* () {
        for (const message of said) yield await Promise.resolve(message);
      })(),
      ended: Promise.resolve({ how: 'ordered', console: '', diagnostic: null }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  };
  const inspect = () => Promise.reject(new Error('not asked'));
  return { name: 'deaf', kind: 'qemu', clocks: ['virtual'], inspect, start, scripts };
}

const mark = (command: ForetoldCommand): AgentMessage[] => {
  const { id } = command;
  if (command.type === 'change') return [{ type: 'changed', id, error: 'no such pod' }];
  if (command.type === 'flow') return [{ type: 'flowed', id }];
  const rows = [String(command.targets[0]?.port)];
  return [
    { type: 'answer-rows', id, target: 0, first: 0, rows },
    { type: 'answered', id, durationNs: 1, operations: 1 },
  ];
};
const options = { memoryMiB: 1, keepConsole: null, clock: 'virtual' } as const;

describe('a lab under a virtual clock', () => {
  it('is told everything before its boot, and gives each question its own answer', async () => {
    const kernel = deaf(mark);
    await using lab = await AskingLab.start(kernel, plan, options, false, [question(80), question(81)]);
    expect(kernel.scripts).toMatchObject([{ type: 'start', then: [{ type: 'ask' }, { type: 'ask' }] }]);
    for (const port of [80, 81])
      expect(await lab.ask('wire', ['x/a'], [{ protocol: 'TCP', port, to: ['x/b'] }], 1e6)).toMatchObject({
        rows: [[String(port)]],
      });
  });

  it('refuses what it was not told', async () => {
    await using lab = await AskingLab.start(deaf(mark), plan, options, false, [question(80)]);
    const asked = lab.ask('verdict', ['x/a'], [{ protocol: 'TCP', port: 80, to: ['x/b'] }], 1e6);
    await expect(asked).rejects.toThrow('was not told of this before its boot');
  });

  it('says in its words which change it refused', async () => {
    const change = { what: 'delete a pod', change: { deletePods: [{ namespace: 'x', name: 'a' }] } };
    await using lab = await AskingLab.start(deaf(mark), plan, options, false, [{ type: 'change', ...change }]);
    await expect(lab.change(change.what, change.change)).rejects.toThrow('no such pod');
  });

  it('leaves no question waiting when the guest ends early', async () => {
    await using lab = await AskingLab.start(
      deaf(() => []),
      plan,
      options,
      false,
      [question(80)],
    );
    const asked = lab.ask('wire', ['x/a'], [{ protocol: 'TCP', port: 80, to: ['x/b'] }], 1e6);
    await expect(asked).rejects.toThrow('the kernel ended');
  });
});
