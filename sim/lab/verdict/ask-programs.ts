/**
 * Verdicts: for every pair the egress program runs on the question's frame at the sender's slave, in the sender's
 * namespace; where it lets the frame go, the ingress program at the receiver's. Nothing is inferred from one pair to another.
 */
import { questionFrame } from '../../../dataplane/bpf/question-frame.ts';
import type { Family } from '../../../dataplane/policy/address.ts';
import type { BpfProgram } from '../../linux/bpf.ts';
import { TestRunSeries } from '../../linux/test-run-series.ts';
import { yieldTurn } from '../clock.ts';
import { pairAddresses } from '../../plan/flows/address-pair.ts';
import type { AskedPort, VerdictMark } from '../protocol.ts';
import type { AskedParty } from './asked-party.ts';
import type { VerdictPrograms } from './verdict-programs.ts';

export interface Verdicts {
  /** By sender, by receiver. */
  readonly marks: readonly (readonly VerdictMark[])[];
  /** How often a program ran. */
  readonly runs: number;
}

/** TC_ACT_SHOT. Whatever else the programs return lets the packet go on: TC_ACT_OK, or TC_ACT_UNSPEC towards the IFB. */
const DROPPED = 2;

/** Between two parties other work gets its turn. @throws SystemCallError */
export async function askPrograms(
  programs: Pick<VerdictPrograms, 'egress' | 'ingress'>,
  from: readonly AskedParty[],
  to: readonly AskedParty[],
  port: AskedPort,
): Promise<Verdicts> {
  using egress = new Questions(programs.egress, port);
  using ingress = new Questions(programs.ingress, port);
  const marks = from.map((sender) => to.map((receiver) => unasked(sender, receiver)));
  for (const [row, sender] of from.entries()) {
    const own = marks[row] ?? [];
    sender.endpoint?.namespace.run(() => {
      for (const [column, receiver] of to.entries()) {
        if (own[column] === '.' && egress.ask(sender, sender, receiver) === DROPPED) own[column] = 'e';
      }
    });
    await yieldTurn();
  }
  for (const [column, receiver] of to.entries()) {
    receiver.endpoint?.namespace.run(() => {
      for (const [row, sender] of from.entries()) {
        const own = marks[row] ?? [];
        if (own[column] === '.' && ingress.ask(receiver, sender, receiver) === DROPPED) own[column] = 'i';
      }
    });
    await yieldTurn();
  }
  return { marks, runs: egress.runs + ingress.runs };
}

function unasked(from: AskedParty, to: AskedParty): VerdictMark {
  if (from.name === to.name) return 's';
  return pairAddresses(from, to, null) === null ? '-' : '.';
}

/** One program's frames, one a family, into which the addresses are written. */
class Questions implements Disposable {
  runs = 0;
  readonly #program: BpfProgram;
  readonly #port: AskedPort;
  readonly #series = new Map<Family, Series>();

  constructor(program: BpfProgram, port: AskedPort) {
    this.#program = program;
    this.#port = port;
  }

  /** At `hook`'s slave; the thread is in its namespace. Gives TC_ACT_*. */
  ask(hook: AskedParty, from: AskedParty, to: AskedParty): number {
    const family = pairAddresses(from, to, null)?.family ?? 4;
    const { run, source, destination } = this.#of(family);
    run.packet.set(from.bytes.get(family) ?? [], source);
    run.packet.set(to.bytes.get(family) ?? [], destination);
    run.ctx.setUint32(SK_BUFF_IFINDEX, hook.endpoint?.ifindex ?? 0, true);
    this.runs++;
    return run.run();
  }

  [Symbol.dispose](): void {
    for (const { run } of this.#series.values()) run[Symbol.dispose]();
  }

  #of(family: Family): Series {
    const known = this.#series.get(family);
    if (known !== undefined) return known;
    const { bytes, source, destination } = questionFrame(family, this.#port.protocol, this.#port.port);
    const series = { run: new TestRunSeries(this.#program, bytes, new Uint8Array(SK_BUFF_BYTES)), source, destination };
    this.#series.set(family, series);
    return series;
  }
}

interface Series {
  readonly run: TestRunSeries;
  readonly source: number;
  readonly destination: number;
}

// struct __sk_buff of linux/bpf.h: `ifindex` at 40.
const SK_BUFF_BYTES = 192;
const SK_BUFF_IFINDEX = 40;
