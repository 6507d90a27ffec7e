/** The machine's own kernel: the agent in network, mount and PID namespaces of its own. Needs root, and a kernel with ipvlan and fq. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { release } from 'node:os';
import * as z from 'zod';
import type { Kernel, KernelReport, Requirement } from './kernel.ts';
import { launch } from './launch.ts';
import { builtFile } from './package-files.ts';
import { programRequirement, refuseUnmet } from './machine/requirement.ts';

/** What the kernel must be able to do, as the probe (sim/lab/probe.ts) names it, and the module that brings it. */
const FEATURES = [
  { name: 'ipvlan', module: 'ipvlan' },
  { name: 'fq', module: 'sch_fq' },
  { name: 'clsact', module: 'sch_ingress' },
  { name: 'ifb', module: 'ifb' },
  { name: 'bridge', module: 'bridge' },
  { name: 'bpf', module: null },
] as const;

const NAMESPACES = ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

/** What asking the loaded programs takes, on devices that stand for slaves. */
const FEATURES_OF_PROGRAMS: readonly string[] = ['bpf'];

export interface HostParts {
  /** A whole lab, or only what asking the programs takes (`standIns` of sim/lab/protocol.ts). */
  readonly purpose: 'lab' | 'programs';
  readonly agent: string;
  readonly helloTimeoutMs: number;
}

export function hostKernel(parts: Partial<HostParts> = {}): Kernel {
  const { agent, helloTimeoutMs = 30_000, purpose = 'lab' } = parts;
  // What was found usable is not probed again for the start that follows: the probe loads the programs.
  let usable: KernelReport | null = null;
  const look = (): KernelReport => {
    const report = inspect(purpose);
    usable = report.usable ? report : null;
    return report;
  };
  return {
    name: 'host',
    kind: 'host',
    clocks: ['real'],
    inspect: () => Promise.resolve(look()),
    start: async (options) => {
      refuseUnmet(usable ?? look(), "run a lab in the machine's own kernel", {
        otherwise: 'use --kernel uml, which needs neither root nor a module',
      });
      return launch(
        {
          kind: 'host',
          attempted: "start the agent in the machine's own kernel",
          clock: 'real',
          window: null,
          line: 'two descriptors',
          // PR_SET_PDEATHSIG from the front end to unshare, from unshare to PID 1 of the namespace: they end together.
          argv: ['setpriv', '--pdeathsig', 'KILL', ...NAMESPACES, process.execPath, agent ?? builtFile('agent.cjs')],
          env: { ...process.env, IPVLANE_LINE: 'fd:3,fd:4' },
          helloTimeoutMs,
        },
        options,
      );
    },
  };
}

function inspect(purpose: HostParts['purpose']): KernelReport {
  const isRoot = process.getuid?.() === 0;
  const requirements: Requirement[] = [
    { name: 'root', met: isRoot, detail: isRoot ? 'yes' : 'an ordinary user', fix: isRoot ? null : 'sudo ipvlane …' },
    ...(isRoot ? features(purpose) : []),
    programRequirement('setpriv', 'util-linux'),
    ...(purpose === 'lab' ? [programRequirement('iperf3', 'iperf3'), programRequirement('ping', 'iputils-ping')] : []),
  ];
  return { name: 'host', release: release(), usable: requirements.every(({ met }) => met), requirements };
}

function features(purpose: HostParts['purpose']): Requirement[] {
  const found = probe();
  if (typeof found === 'string') return [{ name: 'namespaces', met: false, detail: found, fix: null }];
  const netlink = found.netlink ?? null;
  const known = FEATURES.filter(
    ({ name }) => name in found && (purpose === 'lab' || FEATURES_OF_PROGRAMS.includes(name)),
  );
  return [
    // Without a veth to try them on, what needs one was not tried.
    ...(netlink === null ? [] : [requirementOf('veth', 'veth', netlink)]),
    ...known.map(({ name, module }) => requirementOf(name, module, found[name] ?? null)),
  ];
}

function requirementOf(name: string, module: string | null, said: string | null): Requirement {
  const loadable = module !== null && existsSync(`/lib/modules/${release()}`);
  return {
    name,
    met: said === null,
    detail: said ?? 'works',
    fix: said !== null && loadable ? `sudo modprobe ${module}` : null,
  };
}

/** It takes a second; in a guest that is a machine, on one that is busy, 20 s were too few. What hangs is none the better for less. */
const LONGEST_PROBE_MS = 120_000;

/** What the probe prints: by feature why it is not there, or null. */
const findingsSchema = z.record(z.string(), z.string().nullable());

/** Runs the probe in namespaces that end with it. Gives its findings, or why there are none. */
function probe(): z.infer<typeof findingsSchema> | string {
  const [program, ...args] = [...NAMESPACES, process.execPath, builtFile('probe.cjs'), builtFile('dataplane.bpf.o')];
  const run = spawnSync(program, args, { encoding: 'utf8', timeout: LONGEST_PROBE_MS, killSignal: 'SIGKILL' });
  if (run.error !== undefined) return run.error.message;
  if (run.status !== 0)
    return run.stderr.trim().split('\n').slice(-5).join('\n') || `the probe ended with ${run.status}`;
  return findingsSchema.parse(JSON.parse(run.stdout));
}
