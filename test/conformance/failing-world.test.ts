/** A wrong oracle is caught, and what it was caught with is a folder that says the same when it is replayed. */
import { rmSync } from 'node:fs';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import type { PolicyWorld } from '../../dataplane/policy/network-policy.ts';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { COMMAND } from '../cli/ipvlane.ts';
import { FailingWorld, assertOfWorlds } from './failing-world.ts';

const SEEDS = 200;

interface Row {
  readonly from: string;
  readonly to: string;
  readonly oracle: 'allowed' | 'denied';
}

/** A mistake that implementations have made: what a policy says of ingress is forgotten. */
function withoutIngress(drawn: PolicyWorld): PolicyWorld {
  return {
    ...drawn,
    policies: drawn.policies.map((policy) => ({
      ...policy,
      policyTypes: policy.policyTypes.filter((direction) => direction !== 'ingress'),
    })),
  };
}

/** Every pair of pods and a family, over TCP/80, as `from to verdict`. */
function verdicts(drawn: PolicyWorld, judged: PolicyWorld): string[] {
  const oracle = prepareOracle(judged);
  const ends = drawn.pods.flatMap(({ namespace, name, addresses }) =>
    addresses.map((address) => ({ pod: `${namespace}/${name}`, address })),
  );
  return ends.flatMap((from) =>
    ends
      .filter((to) => to.pod !== from.pod && to.address.includes(':') === from.address.includes(':'))
      .map((to) => {
        const verdict = oracle.verdict({ from: from.address, to: to.address, protocol: 'TCP', port: 80 });
        return `${from.pod} ${to.pod} ${verdict}`;
      }),
  );
}

test('a failing world shrinks to a folder that `ipvlane reach` replays', async () => {
  let failure: unknown;
  try {
    assertOfWorlds(SEEDS, (drawn) => {
      const right = verdicts(drawn, drawn);
      const wrong = verdicts(drawn, withoutIngress(drawn));
      const at = right.findIndex((verdict, i) => verdict !== wrong[i]);
      if (at >= 0) throw new Error(`${right[at]}, and the other says ${wrong[at]}`);
    });
  } catch (error) {
    failure = error;
  }
  if (!(failure instanceof FailingWorld)) throw new Error('the wrong oracle was not caught', { cause: failure });
  try {
    expect(failure.message).toContain(`ipvlane reach ${failure.folder}`);
    // One policy and the two pods it parts are enough to show it.
    expect(failure.world.policies).toHaveLength(1);
    expect(failure.world.pods.length).toBeLessThanOrEqual(2);

    const [program, command] = COMMAND;
    const words = ['reach', failure.folder, '--mode', 'oracle', '--port', 'TCP/80', '--json'];
    const { stdout } = await execa(program, [command, ...words], { reject: false, stdin: 'ignore' });
    const replayed = (JSON.parse(stdout) as Row[])
      .filter(({ from, to }) => from !== to)
      .map(({ from, to, oracle }) => `${from} ${to} ${oracle}`);
    const { world } = failure;
    expect(new Set(replayed)).toEqual(new Set(verdicts(world, world)));
    expect(new Set(replayed)).not.toEqual(new Set(verdicts(world, withoutIngress(world))));
  } finally {
    rmSync(failure.folder, { recursive: true, force: true });
  }
});
