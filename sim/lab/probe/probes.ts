/**
 * The probes of one step: all asked at once, all waited for in one poll(2), so that a denied one costs the time-out only once.
 */
import { explainVerdict } from '../../../dataplane/policy/judgement.ts';
import type { Oracle, PacketQuestion } from '../../../dataplane/policy/oracle.ts';
import { poll } from '../../linux/poll.ts';
import type { Waiting } from '../../linux/poll.ts';
import { longestWayNs } from '../../plan/wire/links.ts';
import { WAYS_OF_AN_ANSWER, wiresOf } from '../../plan/wire/wires.ts';
import type { ProbePlan } from '../../plan/plan.ts';
import { partyName } from '../../plan/plan.ts';
import { sleep, yieldTurn } from '../clock.ts';
import type { Lab } from '../lab.ts';
import { partyNamed } from '../lab.ts';
import type { Attempt } from './attempt.ts';
import { attemptConnection, attemptDatagram, attemptEcho } from './attempt.ts';
import { EchoAsker } from './echo-asker.ts';
import type { Evidence } from './evidence.ts';
import { measuredBy } from './evidence.ts';
import type { Listeners } from './listeners.ts';
import { destinationOf, openListeners } from './listeners.ts';
import { Patience, POLL_MS, Silence } from './patience.ts';

export interface ProbeStep {
  readonly index: number;
  readonly probes: readonly ProbePlan[];
  readonly timeoutNs: number;
}

/** Each takes a descriptor, and a process has some ten thousand. */
const AT_ONCE = 2048;
/**
 * Every first question to somebody is a broadcast, of which an ipvlan master takes a thousand (IPVLAN_QBACKLOG_LIMIT of
 * drivers/net/ipvlan/ipvlan.h) until a kernel thread has had its turn; what it drops comes again after a second. So the
 * kernel gets turns in between, also when all that had no answer are asked again.
 */
const AT_A_TIME = 256;
const BREATH_NS = 1e6;
export interface ProbeAnswer {
  readonly evidence: Evidence;
  /** How often it had been asked by then. More than once, and not silence: a packet was lost, or late by a part of the time-out. */
  readonly askings: number;
}

/**
 * Asks all, and records each answer with what the oracle says of it.
 * @throws Error at the end for destinations where nobody could listen; SystemCallError when a question cannot be asked
 */
export async function runProbes(lab: Lab, step: ProbeStep, oracle: Oracle, signal: AbortSignal): Promise<void> {
  const missing = await askProbes(lab, { ...step, oracle }, signal, (probe, answer) => {
    record(lab, step.index, probe, answer, oracle);
  });
  if (missing.size > 0) throw new Error([...new Set(missing.values())].join('; '));
}

export interface Asked extends Pick<ProbeStep, 'probes' | 'timeoutNs'> {
  /** Of the policies in force. */
  readonly oracle: Oracle;
}

/**
 * Asks all, as many at once as there are descriptors for.
 * @param afterRound told each time that as many were asked: tens of thousands take minutes in which nothing else is heard
 * @returns where nobody could be brought to listen, and why, by `destinationOf`: probes there were not made
 * @throws SystemCallError when a question cannot be asked
 */
export async function askProbes(
  lab: Lab,
  { probes: wanted, timeoutNs: patienceNs, oracle }: Asked,
  signal: AbortSignal,
  answered: (probe: ProbePlan, answer: ProbeAnswer) => void,
  afterRound: () => void = () => undefined,
): Promise<Listeners['missing']> {
  using listeners = openListeners(lab, wanted);
  // However long the wire is, its length is no silence.
  const timeoutNs = patienceNs + WAYS_OF_AN_ANSWER * longestWayNs(wiresOf(lab.plan));
  const probes = wanted.filter((probe) => !listeners.missing.has(destinationOf(probe)));
  for (let from = 0; from < probes.length && !signal.aborted; from += AT_ONCE) {
    using round = new Round(lab, listeners, answered, new Patience(timeoutNs));
    await inTurns(probes.slice(from, from + AT_ONCE), signal, (probe) => round.ask(probe));
    await round.run((probe) => oracle.verdict(questionOf(probe)) === 'allowed', signal);
    afterRound();
  }
  return listeners.missing;
}

/** Each in its order, and the kernel has its turns. */
async function inTurns<T>(all: readonly T[], signal: AbortSignal, act: (one: T) => void): Promise<void> {
  for (const [index, one] of all.entries()) {
    if (index > 0 && index % AT_A_TIME === 0) await sleep(BREATH_NS, signal);
    act(one);
  }
}

function record(lab: Lab, step: number, probe: ProbePlan, { evidence, askings }: ProbeAnswer, oracle: Oracle): void {
  const judgement = oracle.judge(questionOf(probe));
  lab.record({
    type: 'probe',
    t: lab.clock.now(),
    step,
    probeId: probe.probeId,
    predicted: judgement.verdict,
    measured: measuredBy(evidence),
    evidence,
    rule: explainVerdict(judgement),
    ...(isLate({ evidence, askings }) ? { askings } : {}),
  });
}

function questionOf({ fromAddress: from, toAddress: to, protocol, port }: ProbePlan): PacketQuestion {
  return { from, to, protocol, port };
}

/** Whether the first question went without an answer, and a later one did not. */
export function isLate({ evidence, askings }: ProbeAnswer): boolean {
  return askings > 1 && evidence !== 'timeout';
}

/** Probes that are under way together. */
class Round implements Disposable {
  readonly #lab: Lab;
  readonly #listeners: Listeners;
  readonly #answered: (probe: ProbePlan, answer: ProbeAnswer) => void;
  readonly #open = new Map<number, Attempt>();
  readonly #byFd = new Map<number, Attempt>();
  readonly #echoAskers = new Map<string, EchoAsker>();
  readonly #askersByFd = new Map<number, EchoAsker>();
  readonly #patience: Patience;

  constructor(
    lab: Lab,
    listeners: Listeners,
    answered: (probe: ProbePlan, answer: ProbeAnswer) => void,
    patience: Patience,
  ) {
    this.#patience = patience;
    this.#lab = lab;
    this.#listeners = listeners;
    this.#answered = answered;
  }

  ask(probe: ProbePlan): void {
    const attempt = partyNamed(this.#lab, partyName(probe.from)).namespace.run(() => this.#attempt(probe));
    this.#open.set(probe.probeId, attempt);
    if (attempt.fd !== null) this.#byFd.set(attempt.fd, attempt);
    if (attempt.immediate !== null) this.#close(attempt, attempt.immediate);
  }

  /**
   * Until all have answered, or nobody has for as long as there is patience: a busy machine may take its time for thousands.
   * @param allowed whether the policies let it through
   */
  async run(allowed: (probe: ProbePlan) => boolean, signal: AbortSignal): Promise<void> {
    const silence = new Silence(this.#lab.clock);
    while (this.#open.size > 0 && !signal.aborted) {
      if (this.#patience.asksAgain(silence.ns))
        await inTurns([...this.#open.values()], signal, (attempt) => this.#again(attempt));
      const before = this.#open.size;
      // Also when the time is up: what has arrived meanwhile is an answer.
      const leftNs = this.#patience.leftNs(silence.ns);
      this.#look(Math.min(POLL_MS, Math.ceil(leftNs / 1e6)));
      if (this.#open.size < before) silence.broken();
      else if (leftNs === 0 && this.#patience.isSpent) break;
      else if (leftNs === 0) {
        this.#giveUp(({ probe }) => !allowed(probe));
        this.#patience.goOn();
      }
      await yieldTurn();
      silence.goesOn();
    }
    if (!signal.aborted) this.#giveUp(() => true);
  }

  #giveUp(whom: (attempt: Attempt) => boolean): void {
    for (const attempt of [...this.#open.values()].filter(whom)) this.#close(attempt, 'timeout');
  }

  [Symbol.dispose](): void {
    for (const attempt of this.#open.values()) attempt.close();
    for (const asker of this.#echoAskers.values()) asker[Symbol.dispose]();
  }

  #again(attempt: Attempt): void {
    if (attempt.again !== null) {
      attempt.again();
      return;
    }
    if (attempt.fd !== null) this.#byFd.delete(attempt.fd);
    attempt.close();
    this.ask(attempt.probe);
  }

  #attempt(probe: ProbePlan): Attempt {
    switch (probe.protocol) {
      case 'TCP':
      case 'SCTP':
        return attemptConnection(probe);
      case 'UDP':
        return attemptDatagram(probe);
      case 'ICMP':
        return attemptEcho(probe, this.#echoAsker(probe));
    }
  }

  #echoAsker(probe: ProbePlan): EchoAsker {
    const name = `${partyName(probe.from)} ${probe.fromAddress}`;
    const known = this.#echoAskers.get(name);
    if (known !== undefined) return known;
    const asker = new EchoAsker(probe.fromAddress, this.#lab.echoIdentifiers.take());
    this.#echoAskers.set(name, asker);
    this.#askersByFd.set(asker.fd, asker);
    return asker;
  }

  #look(timeoutMs: number): void {
    const waiting: Waiting[] = [...this.#byFd].map(([fd, attempt]) => ({ fd, for: attempt.interest }));
    for (const fd of [...this.#askersByFd.keys(), ...this.#listeners.echoing]) waiting.push({ fd, for: 'read' });
    for (const { fd } of poll(waiting, timeoutMs)) {
      const attempt = this.#byFd.get(fd);
      if (attempt !== undefined) this.#close(attempt, attempt.read());
      else if (this.#listeners.echoing.has(fd)) this.#listeners.echo(fd);
      else this.#hearEchoes(fd);
    }
  }

  #hearEchoes(fd: number): void {
    for (const probeId of this.#askersByFd.get(fd)?.answers() ?? []) {
      const attempt = this.#open.get(probeId);
      if (attempt !== undefined) this.#close(attempt, 'answered');
    }
  }

  /** Ends an attempt once something is known of it. */
  #close(attempt: Attempt, evidence: Evidence | null): void {
    if (evidence === null) return;
    this.#open.delete(attempt.probe.probeId);
    if (attempt.fd !== null) this.#byFd.delete(attempt.fd);
    attempt.close();
    this.#answered(attempt.probe, { evidence, askings: this.#patience.askings });
  }
}
