/**
 * How long policies take at scale: `npx tsx test/bench/policy-compile.ts [pods] [policies]`, 1000 and 10000 by default.
 * Twenty namespaces, ten pods an application; each policy selects one application, one in five has an ipBlock or an
 * egress rule. Prints milliseconds; judges nothing.
 */
import { compilePolicy } from '../../dataplane/policy/compile.ts';
import { policyDelta } from '../../dataplane/policy/delta.ts';
import type { NetworkPolicy, Peer, PolicyRule, PolicyWorld } from '../../dataplane/policy/network-policy.ts';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';

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

function cluster(podCount: number, policyCount: number): PolicyWorld {
  const namespaces = Array.from({ length: 20 }, (_, index) => `ns-${index}`);
  const apps = Math.ceil(podCount / 10);
  const namespaceOf = (app: number): string => namespaces[app % namespaces.length] ?? '';
  return {
    namespaces: namespaces.map((name) => ({ name, labels: { 'kubernetes.io/metadata.name': name } })),
    pods: Array.from({ length: podCount }, (_, index) => ({
      endpointId: index + 1,
      namespace: namespaceOf(index % apps),
      name: `pod-${index}`,
      labels: { app: `app-${index % apps}`, instance: `${Math.floor(index / apps)}` },
      addresses: [`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`],
      ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
      policed: true,
    })),
    policies: Array.from({ length: policyCount }, (_, index): NetworkPolicy => {
      const app = index % apps;
      const round = Math.floor(index / apps);
      const egress = round % 10 === 8;
      const client = (app + 1 + round * 7) % apps;
      const rule: PolicyRule = {
        index: 0,
        position: null,
        peers: [round % 10 >= 8 ? block(index) : application(client, namespaceOf(client))],
        ports: egress ? [] : [{ protocol: 'TCP', port: 8000 + round, endPort: round % 4 === 0 ? 8100 + round : null }],
      };
      return {
        namespace: namespaceOf(app),
        name: `policy-${index}`,
        position: null,
        podSelector: { matchLabels: { app: `app-${app}` }, matchExpressions: [] },
        policyTypes: [egress ? 'egress' : 'ingress'],
        ingress: egress ? [] : [rule],
        egress: egress ? [rule] : [],
      };
    }),
  };
}

function application(app: number, namespace: string): Peer {
  return {
    kind: 'pods',
    podSelector: { matchLabels: { app: `app-${app}` }, matchExpressions: [] },
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace }, matchExpressions: [] },
  };
}

function block(index: number): Peer {
  return { kind: 'ipBlock', cidr: '10.0.0.0/8', except: [`10.0.${index % 4}.${(index * 8) % 256}/29`] };
}

function timed<T>(what: string, work: () => T): T {
  const start = performance.now();
  const result = work();
  print(`${what}: ${(performance.now() - start).toFixed(0)} ms`);
  return result;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
