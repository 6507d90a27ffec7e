/**
 * `npm run test:day -- [HOURS]`: a lab of so many virtual hours (24) with traffic and churn, and what its front end and its agent take
 * of the machine's memory meanwhile. Ends with 1 where either has grown by more than 10 MB since the first hour. Takes a processor for some minutes an hour.
 */
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descendants } from '../../sim/kernel/machine/process-tree.ts';

const HOURS = Number(process.argv[2] ?? 24);
const ROUNDS_AN_HOUR = 6;
const MOST_GROWTH_MIB = 10;
const LOOK_EVERY_MS = 1000;

const project = join(import.meta.dirname, '../..');
const place = mkdtempSync(join(tmpdir(), 'ipvlane-day-'));
const cluster = readFileSync(join(project, 'scenarios/live/cluster.yaml'), 'utf8');
writeFileSync(join(place, 'cluster.yaml'), cluster);
writeFileSync(join(place, 'closed.yaml'), closed());
writeFileSync(join(place, 'scenario.yaml'), scenario());

const out = join(place, 'out');
const child = spawn(
  process.execPath,
  [join(project, 'dist/ipvlane.js'), 'run', join(place, 'scenario.yaml'), '--kernel', 'uml-virtual', '--plain', '-o', out],
  { stdio: ['ignore', 'ignore', 'inherit'] },
); // prettier-ignore
const ended = new Promise<number | null>((resolve) => child.once('close', resolve));

interface Look {
  readonly hour: number;
  readonly frontEndMiB: number;
  readonly agentMiB: number;
}

const looks: Look[] = [];
const pause = (): Promise<'again'> => new Promise((resolve) => setTimeout(() => resolve('again'), LOOK_EVERY_MS));
while ((await Promise.race([ended, pause()])) === 'again') {
  const hour = lastMoment() / 3600e9;
  if (hour < (looks.at(-1)?.hour ?? -1) + 1 / ROUNDS_AN_HOUR) continue;
  const look = { hour, frontEndMiB: residentMiB(child.pid ?? 0), agentMiB: agentMiB() };
  looks.push(look);
  process.stdout.write(
    `hour ${hour.toFixed(2)}: front end ${look.frontEndMiB.toFixed(1)} MiB, agent ${look.agentMiB.toFixed(1)} MiB\n`,
  );
}
const code = await ended;
const first = looks.filter(({ hour }) => hour >= 0.75 && hour <= 1.25);
const behind = looks.filter(({ hour }) => hour > 1.25);
const grown = (of: (look: Look) => number): number => Math.max(...behind.map(of)) - Math.max(...first.map(of));
const [frontEnd, agent] = [grown((look) => look.frontEndMiB), grown((look) => look.agentMiB)];
process.stdout.write(
  `${HOURS} virtual hours, exit ${String(code)}: the front end grew by ${frontEnd.toFixed(1)} MiB, the agent by ${agent.toFixed(1)} MiB since the first\n`,
);
rmSync(place, { recursive: true });
process.exitCode = code === 0 && Math.max(frontEnd, agent) <= MOST_GROWTH_MIB ? 0 : 1;

function scenario(): string {
  return `apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: day }
spec:
  manifests: [ cluster.yaml ]
  nodes:
  - { name: a, interfaces: [ { name: ens192, addresses: [ 172.51.0.230/16 ] } ] }
  - { name: b, interfaces: [ { name: ens192, addresses: [ 172.51.0.220/16 ] } ] }
  underlay: { rate: 1G, delay: 100us }
  timeline:
  - wait: {}
  - repeat: ${HOURS * ROUNDS_AN_HOUR}
    every: ${60 / ROUNDS_AN_HOUR}m
    steps:
    - annotate: { pod: client, annotations: { kubernetes.io/egress-bandwidth: 10M } }
    - traffic:
      - { from: client, to: "web[0]", duration: 5s, ping: true }
      - { from: client, to: "web[1]", protocol: UDP, rate: 2M, duration: 5s }
    - scale: { deployment: web, replicas: 4 }
    - apply: [ closed.yaml ]
    - probe: [ { from: client, to: web, port: TCP/80, expect: denied } ]
    - delete: [ default/closed ]
    - probe: [ { from: client, to: web, port: TCP/80, expect: allowed } ]
    - restart: { deployment: web }
    - label: { pod: client, labels: { door: open } }
    - scale: { deployment: web, replicas: 2 }
    - annotate: { pod: client, annotations: { kubernetes.io/egress-bandwidth: null } }
    - label: { pod: client, labels: { door: null } }
`;
}

function closed(): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [ Ingress ] }
`;
}

function residentMiB(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it has ended
  }
}

/**
 * User-mode Linux runs each of the guest's processes in one of the machine's, with its pages: beside the kernel itself, which is the first,
 * the agent is the largest.
 */
function agentMiB(): number {
  const guests = descendants(child.pid ?? 0).filter((pid) => commandOf(pid).endsWith('/linux.uml'));
  return Math.max(0, ...guests.slice(1).map(residentMiB));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '';
  } catch {
    return '';
  }
}

/** On the lab's clock, ns: of the last whole record. */
function lastMoment(): number {
  try {
    const file = openSync(join(out, 'unfinished/trace.ndjson'), 'r');
    try {
      const { size } = fstatSync(file);
      const end = Buffer.alloc(Math.min(size, 1 << 16));
      readSync(file, end, 0, end.length, size - end.length);
      const [, moment = '0'] = [...end.toString().matchAll(/"t":(\d+)/g)].at(-1) ?? [];
      return Number(moment);
    } finally {
      closeSync(file);
    }
  } catch {
    return 0; // there is none yet
  }
}
