/** What an agent is told, as the schema of it: by the front end, by a script before the boot, by whoever has a held lab's socket. */
import { constants } from 'node:os';
import * as z from 'zod';
import { protocols } from '../../dataplane/policy/network-policy.ts';
import { type Checked, count, wordsOfFirst } from '../diagnostics/checked.ts';
import { clusterChangeSchema } from '../plan/schema/cluster-change.ts';
import { flowSchema } from '../plan/schema/flow.ts';
import { planSchema } from '../plan/schema/plan.ts';
import { kernelSchema } from '../trace/kernel.ts';

const words = z.string();
const id = z.int();

const runOptionsSchema = z.object({
  /** Attach to build records the iproute2/tc/bpftool lines they amount to. */
  showCommands: z.boolean(),
  /** Capture every pod's slave into a pcap, sent as `file` messages. */
  pcap: z.boolean(),
  /** Stay after the last step until `stop`. */
  hold: z.boolean(),
  /** People will work in it: programs find names in /etc/hosts, and once the steps are done somebody listens on declared ports. */
  forPeople: z.boolean().exactOptional(),
  samplingIntervalMs: z.number().positive(),
  /** No lab, only devices that stand for the pods' slaves: `ask` may ask the programs, and nothing else happens. */
  standIns: z.boolean().exactOptional(),
  /**
   * After each step with traffic that is not in the background: `step-over` is said, and the step is done once more if the answer
   * (`again`) says so.
   */
  askAgain: z.boolean().exactOptional(),
  /** For tests: how many neighbours the kernel's tables hold, instead of what the lab needs. */
  mostNeighbours: count.exactOptional(),
});
export type RunOptions = Checked<typeof runOptionsSchema>;

/** Port 0 for ICMP. */
const askedPortSchema = z.object({ protocol: z.enum([...protocols, 'ICMP']), port: z.int().min(0).max(65535) });
export type AskedPort = Checked<typeof askedPortSchema>;

/** One port of several parties. */
const askedTargetSchema = askedPortSchema.extend({ to: z.array(words) });
export type AskedTarget = Checked<typeof askedTargetSchema>;

/** May each of `from` reach each target? Asked of the programs or of the wire, once the lab is up. */
export const askSchema = z.object({
  mode: z.enum(['verdict', 'wire']),
  /** Party names, as in `exec`. */
  from: z.array(words),
  targets: z.array(askedTargetSchema),
  /** Wire: how long a question may stay unanswered before it counts as denied. */
  timeoutNs: z.number().nonnegative(),
});

const ask = askSchema.extend({ type: z.literal('ask'), id });

/** Change the living cluster, at any time between the first step and `stop`; answered with `changed` of the same id. */
const change = z.object({ type: z.literal('change'), id, what: words, change: clusterChangeSchema });

/**
 * Send one flow, once the lab is up and no other question is under way: its records come as `flow-record`, then `flowed`. It
 * is no step, so the trace does not tell of it.
 */
const flow = z.object({ type: z.literal('flow'), id, flow: flowSchema });

const foretoldSchema = z.discriminatedUnion('type', [ask, change, flow]);
/** What can be told before the boot: it needs no reply to whoever said it. */
export type ForetoldCommand = Checked<typeof foretoldSchema>;

const start = z.object({
  type: z.literal('start'),
  plan: planSchema,
  options: runOptionsSchema,
  /** What the agent cannot know of the kernel it runs in, for the `run` record. */
  kernel: kernelSchema.omit({ release: true }).exactOptional(),
  /** Another `start` follows in the same boot, once this lab is undone (`finished`). */
  more: z.boolean().exactOptional(),
  /**
   * Done once the lab stands, each when the one before is answered, and then the lab ends: for a guest that hears
   * nothing. Only in a script.
   */
  then: z.array(foretoldSchema).exactOptional(),
});
/** The lab to run. Under a virtual clock the agent finds it in a file (IPVLANE_SCRIPT) and hears nothing else. */
export type StartCommand = Checked<typeof start>;

/** struct winsize has 16 bits for each. */
const cells = count.max(2 ** 16 - 1);
const size = { columns: cells, rows: cells };

export const execCommandSchema = z.discriminatedUnion('type', [
  /** Run a program in a pod's namespace; `id` is the caller's and names the program from then on. */
  z.object({
    type: z.literal('exec'),
    id,
    /** `namespace/name` of a pod, `host:NAME`, `node:NAME`. */
    party: words,
    argv: z.array(words).min(1),
    env: z.record(words, words),
    /** Where it starts, if there is such a folder in the guest; `/` otherwise. */
    cwd: words.exactOptional(),
    /** A terminal of this size, or none. */
    terminal: z.object(size).nullable(),
  }),
  z.object({ type: z.literal('exec-input'), id, data: words }),
  z.object({ type: z.literal('exec-input-end'), id }),
  z.object({ type: z.literal('exec-resize'), id, ...size }),
  z.object({
    type: z.literal('exec-signal'),
    id,
    signal: words.refine((name) => Object.hasOwn(constants.signals, name)),
  }),
]);
export type ExecCommand = Checked<typeof execCommandSchema>;

const agentCommandSchema = z.discriminatedUnion('type', [
  start,
  ...execCommandSchema.options,
  ...foretoldSchema.options,
  /** The answer to `step-over`. */
  z.object({ type: z.literal('again'), step: count, again: z.boolean() }),
  /** End the lab: at once and in order, with an `end` record of outcome `interrupted` if steps remain. */
  z.object({ type: z.literal('stop') }),
]);
export type AgentCommand = Checked<typeof agentCommandSchema>;

/**
 * What came as a command, unchanged.
 * @throws Error in words where it is none
 */
export function agentCommand(message: unknown): AgentCommand {
  if (isCommand(message)) return message;
  throw new Error(`not a command: ${wordsOfFirst(agentCommandSchema.safeParse(message).error)}`);
}

function isCommand(message: unknown): message is AgentCommand {
  return agentCommandSchema.safeParse(message).success;
}
