import { describe, expect, it } from 'vitest';
import type { AgentMessage } from '../lab/protocol.ts';
import { AgentClient, Silence } from './agent-client.ts';
import type { RunningKernel } from './kernel.ts';

function saying(messages: readonly AgentMessage[], ended: Awaited<RunningKernel['ended']>): AgentClient {
  return new AgentClient({
    kind: 'uml',
    release: '0',
    clock: 'real',
    bootMs: 0,
    pids: [],
    send: () => undefined,
    messages: (async function* () {
      for (const message of messages) yield await Promise.resolve(message);
    })(),
    ended: Promise.resolve(ended),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

const holding: AgentMessage = { type: 'holding' };
const alive: AgentMessage = { type: 'alive', t: 1 };
const ordered = { how: 'ordered', console: '', diagnostic: null } as const;

describe('the reader of an agent', () => {
  it('reads one lab after the other, and knows when there is no other', async () => {
    const agent = saying([holding, { type: 'finished' }, alive, { type: 'bye' }], ordered);
    const labs: AgentMessage[][] = [];
    while (agent.open) {
      const heard: AgentMessage[] = [];
      await agent.readLab((message) => heard.push(message));
      labs.push(heard);
    }
    expect(labs).toEqual([[holding], [alive, { type: 'bye' }]]);
    expect(agent.ended).toBe(true);
  });

  it('is in the middle of a lab after what it told broke off', async () => {
    const agent = saying([holding, alive], ordered);
    const full = new Error('no space left on device');
    const reading = agent.readLab(() => {
      throw full;
    });
    await expect(reading).rejects.toBe(full);
    expect([agent.open, agent.ended]).toEqual([false, false]);
  });

  it('tells its watch of the last message too', async () => {
    const heard: string[] = [];
    const watch = { heard: ({ type }: AgentMessage) => void heard.push(type), [Symbol.dispose]: () => undefined };
    await saying([holding, { type: 'finished' }], ordered).readLab(() => undefined, watch);
    expect(heard).toEqual(['holding', 'finished']);
  });

  it('says why the kernel is gone: what the kernel says, or the end of its console', async () => {
    expect(await saying([], { ...ordered, console: 'Oops' }).whyGone(' in the middle')).toEqual({
      message: 'the kernel ended in the middle; its console ended with:\nOops',
      help: null,
    });
    const diagnostic = { code: 'E512', severity: 'error', message: 'it panicked', help: 'report it' } as const;
    expect(await saying([], { how: 'died', console: 'Oops', diagnostic }).whyGone()).toEqual({
      message: 'it panicked',
      help: 'report it',
    });
  });

  it('notices silence, and nothing once it no longer listens', async () => {
    await new Promise<void>((resolve) => {
      new Silence(1, resolve);
    });
    let silent = false;
    {
      using silence = new Silence(1, () => (silent = true));
      silence.heard();
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(silent).toBe(false);
  });
});
