import { describe, expect, it } from 'vitest';
import type { EngineName } from '../../../dataplane/bandwidth/engine.ts';
import { engineAtLongLink } from './long-links.ts';
import { found, goodPlan, network, onNetwork, plan, pod, scenario, seedPool } from '../testdata/planning.ts';

const pods = [network, seedPool, pod('a', `${onNetwork}, kubernetes.io/egress-bandwidth: 10M`), pod('b')];
const over = (engine: EngineName, link: string, more = '') =>
  scenario(
    `nodes: [ { name: n1 } ]\nengine: ${engine}\nunderlay: { rate: 1G, links: [ { of: "node:n1", ${link} } ] }\ntimeline:\n- sleep: 1s${more}`,
  );
const refusals = (...of: Parameters<typeof over>) => found(plan(...pods, over(...of)));

describe('an engine that hangs its own queue on the NIC of a node', () => {
  const refused = (engine: EngineName) =>
    expect.stringMatching(
      new RegExp(`^E422 \\d+:\\d+ engine ${engine} hangs its own queue on \\S+ of node n1`),
    ) as string;

  it.each(['master-only', 'fq-on-master'] as const)('%s is refused where the link up delays or loses', (engine) => {
    expect(refusals(engine, 'up: { delay: 1ms }')).toEqual([refused(engine)]);
    expect(refusals(engine, 'up: { loss: 1% }')).toEqual([refused(engine)]);
    expect(
      refusals(engine, 'up: { rate: 20M }', '\n- underlay: { links: [ { of: "node:n1", up: { delay: 1ms } } ] }'),
    ).toEqual([refused(engine)]);
  });

  it('is not refused for a rate up or a delay down, nor is another engine', () => {
    expect(refusals('master-only', 'up: { rate: 20M }, down: { delay: 1ms }')).toEqual([]);
    expect(refusals('htb', 'up: { delay: 1ms }')).toEqual([]);
  });

  it('is refused by name too, as `--engine` gives it', () => {
    const planned = goodPlan(...pods, over('ipvlane', 'up: { delay: 1ms }'));
    expect(engineAtLongLink('fq-on-master', planned)?.message).toContain('of node n1');
    expect(engineAtLongLink('ipvlane', planned)).toBeNull();
  });
});
