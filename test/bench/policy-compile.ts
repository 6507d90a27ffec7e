/**
 * How long policies take at scale: `npx tsx test/bench/policy-compile.ts [pods] [policies]`, 1000 and 10000 by default.
 * Twenty namespaces, ten pods an application; each policy selects one application, one in five has an ipBlock or an
 * egress rule. Prints milliseconds; judges nothing.
 */
import { compilePolicy } from '../../dataplane/policy/compile/compile.ts';
import { policyDelta } from '../../dataplane/policy/compile/delta.ts';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { cluster } from './cluster.ts';

const [pods = 1_000, policies = 10_000] = process.argv.slice(2).map(Number);
const world = cluster(pods, policies);

const compiled = timed('compile', () => compilePolicy(world));
print(`identities ${compiled.identities.length}, sets ${compiled.sets.length}, entries ${compiled.entries.length}`);
const fewer = { ...world, policies: world.policies.slice(1) };
const next = timed('compile after one policy is deleted', () => compilePolicy(fewer, compiled));
const operations = timed('delta of that', () => policyDelta(compiled, next));
print(`operations ${operations.length}`);
const oracle = timed('prepare the oracle', () => prepareOracle(world));
const addresses = world.pods.map((pod) => pod.addresses[0] ?? '');
const allowed = timed(`judge ${pods} x ${pods} pairs`, () => {
  let count = 0;
  for (const from of addresses) {
    for (const to of addresses) if (oracle.verdict({ from, to, protocol: 'TCP', port: 8080 }) === 'allowed') count++;
  }
  return count;
});
print(`allowed ${allowed}`);

function timed<T>(what: string, work: () => T): T {
  const start = performance.now();
  const result = work();
  print(`${what}: ${(performance.now() - start).toFixed(0)} ms`);
  return result;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
