/**
 * From manifests to maps at scale: `npx tsx test/bench/policy-load.ts [pods] [policies]`, as root, 1000 and 10000 by default.
 * What a run does before its first pod: reads the YAML, plans, compiles, loads the programs with room for it, and fills the
 * maps `identities` and `policy`. Prints milliseconds, and those of them in which this process had a processor; judges nothing.
 */
import { identityEntry, policyEntry } from '../../dataplane/bpf/policy-map.ts';
import { compilePlan } from '../../sim/lab/policy-room.ts';
import { loadBpfObject } from '../../sim/linux/bpf.ts';
import { memoryFiles } from '../../sim/manifest/finding/memory-files.ts';
import { readManifests } from '../../sim/manifest/read-manifests.ts';
import { makePlan } from '../../sim/plan/make-plan.ts';
import { mapRoom } from '../../sim/plan/map-room.ts';
import { cluster } from './cluster.ts';
import { manifestsOf } from '../dataplane/world-manifests.ts';

const [pods = 1_000, policies = 10_000] = process.argv.slice(2).map(Number);
const total = { ms: 0, cpuMs: 0 };
const files = manifestsOf(cluster(pods, policies));
const object = new URL('../../dist/dataplane.bpf.o', import.meta.url).pathname;

const read = timed('read', () => readManifests(['.'], memoryFiles(files)));
const { plan, diagnostics } = timed('plan', () => makePlan(read.manifests));
const wrong = [...read.diagnostics, ...diagnostics].filter(({ severity }) => severity === 'error');
if (plan === null || wrong.length > 0) throw new Error(wrong.map(({ message }) => message).join('\n'));
const { atStart, needs } = timed('compile', () => compilePlan(plan));
const room = mapRoom(plan, { ...needs });
const loaded = timed('load the programs', () => loadBpfObject(object, { maxEntries: room }));
timed('fill the maps', () => {
  const [identities, policy] = [loaded.map('identities'), loaded.map('policy')];
  for (const { key, value } of atStart.identities.map(identityEntry)) identities.update(key, value);
  for (const { key, value } of atStart.entries.map(policyEntry)) policy.update(key, value);
});
print(`all: ${total.ms.toFixed(0)} ms, ${total.cpuMs.toFixed(0)} ms of them on a processor`);
print(`${plan.pods.length} pods, ${plan.policies.length} policies: ${needs.policy} entries in room for ${room.policy}`);
loaded[Symbol.dispose]();

function timed<T>(what: string, work: () => T): T {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = work();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1000;
  total.ms += ms;
  total.cpuMs += cpuMs;
  print(`${what}: ${ms.toFixed(0)} ms, ${cpuMs.toFixed(0)} ms of them on a processor`);
  return result;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
