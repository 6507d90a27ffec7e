/** The programs that make traffic and captures: which ones a plan needs, and whether the machine has them. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Plan } from '../plan/plan.ts';
import type { Clock } from '../trace/record.ts';
import { generatorOf } from './traffic/choose-generator.ts';
import type { RunOptions } from './protocol.ts';
import { MachineError } from './machine-error.ts';

type Tool = 'iperf3' | 'ping' | 'tcpdump';

/** Debian's package of each. */
const PACKAGES: Readonly<Record<Tool, string>> = { iperf3: 'iperf3', ping: 'iputils-ping', tcpdump: 'tcpdump' };

/** The tools that this plan will start. */
export function toolsNeeded(plan: Plan, options: Pick<RunOptions, 'pcap'>, clock: Clock): readonly Tool[] {
  const flows = plan.timeline.flatMap((step) => (step.kind === 'traffic' ? step.flows : []));
  const needed: Readonly<Record<Tool, boolean>> = {
    iperf3: flows.some((flow) => generatorOf(flow, clock) === 'iperf3'),
    ping: clock === 'real' && flows.some((flow) => flow.ping),
    tcpdump: options.pcap,
  };
  return (Object.keys(needed) as Tool[]).filter((tool) => needed[tool]);
}

/** @throws MachineError that names all the missing ones and how to get them. */
export function requireTools(tools: readonly Tool[], path = process.env.PATH ?? ''): void {
  const missing = tools.filter((tool) => !isOnPath(tool, path));
  if (missing.length === 0) return;
  throw new MachineError(
    `${missing.join(', ')}: not found on this machine (looked in ${path || 'an empty PATH'})`,
    `install it: apt-get install ${missing.map((tool) => PACKAGES[tool]).join(' ')}`,
  );
}

function isOnPath(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
