/**
 * What a packet costs under 10, 1,000 and 10,000 policies: `npx tsx test/bench/policy-cost.ts`, as root, some seconds.
 * 1,000 pods; nanoseconds by BPF_PROG_TEST_RUN of the ingress of a pod that the first policy selects: a packet that a rule
 * allows, and one that no rule does. Many packets of one kind: the part of the maps that they need is in the caches.
 */
import { TCP, frame, tcp } from '../../dataplane/bpf/frames.ts';
import { compilePolicy } from '../../dataplane/policy/compile/compile.ts';
import { LoadedPolicy } from '../dataplane/loaded-policy.ts';
import { cluster } from './cluster.ts';

const REPEAT = 300_000;
const ROUNDS = 5;
const PODS = 1000;
const ACK = 16;

process.stdout.write('policies   entries   identities   allowed ns   denied ns\n');
for (const policies of [10, 1000, 10_000]) {
  const world = cluster(PODS, policies);
  const { entries, identities } = compilePolicy(world);
  using programs = await LoadedPolicy.load(2, {
    maxEntries: {
      policy: 2 * entries.length,
      identities: 2 * identities.length + 16,
      counters: 4 * PODS,
      drops: 16_384,
    },
  });
  programs.enforce(world);
  const [server] = world.pods;
  const client = world.pods.find(({ labels }) => labels['app'] === 'app-1');
  if (server === undefined || client === undefined) throw new Error('the cluster has no app-0 and app-1');
  const ends = { from: client.addresses[0] ?? '', to: server.addresses[0] ?? '' };
  const ask = (port: number) =>
    ({ endpointId: 1, way: 'ingress', frame: frame(ends, TCP, tcp(40000, port, ACK)) }) as const;
  if (programs.run([ask(8000), ask(9999)]).join() !== 'true,false') throw new Error('the policies judge otherwise');
  const allowed = cheapest(() => programs.measure(ask(8000), REPEAT));
  const denied = cheapest(() => programs.measure(ask(9999), REPEAT));
  const columns = [entries.length, identities.length, allowed, denied];
  const widths = [10, 13, 13, 12];
  const cells = columns.map((value, i) => String(value).padStart(widths[i] ?? 0));
  process.stdout.write(`${String(policies).padStart(8)}${cells.join('')}\n`);
}

/** Of several rounds: what disturbs a round only adds to it. */
function cheapest(round: () => number): number {
  return Math.min(...Array.from({ length: ROUNDS }, round));
}
