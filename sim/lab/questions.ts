/**
 * Questions from the front end: who reaches whom, by the programs or on the wire. One after the other, in the order they
 * came, once the lab stands.
 */
import { isIP } from 'node:net';
import { pairAddresses } from '../plan/flows/address-pair.ts';
import { partyName } from '../plan/plan.ts';
import type { NamedParty } from '../plan/cluster/named-party.ts';
import { namedParties, outsideAddress, type QuestionEnd } from '../plan/cluster/named-party.ts';
import type { HeldComforts } from './held/comforts.ts';
import { sleep } from './clock.ts';
import type { Lab } from './lab.ts';
import type { LiveCluster } from './live-cluster.ts';
import { wordsOf } from './lab.ts';
import type { Line } from './line.ts';
import type { Evidence } from './probe/evidence.ts';
import type { ProbePlan } from '../plan/plan.ts';
import { askProbes, isLate, type ProbeAnswer } from './probe/probes.ts';
import type { AgentCommand, AgentMessage, AskedPort, WireMark } from './protocol.ts';
import { queuedPackets } from './queued-packets.ts';
import type { StepRecord, TraceRecord } from '../trace/record.ts';
import type { Topology } from './topology.ts';
import { deniedFlows } from './traffic/denied.ts';
import { runFlows } from './traffic/flows.ts';
import { askPrograms } from './verdict/ask-programs.ts';
import { askedParty } from './verdict/asked-party.ts';
import type { VerdictPrograms } from './verdict/verdict-programs.ts';
import { loadVerdictPrograms } from './verdict/verdict-programs.ts';

type Ask = Extract<AgentCommand, { type: 'ask' }>;
type Flow = Extract<AgentCommand, { type: 'flow' }>;

interface Asked {
  readonly lab: Lab;
  readonly topology: Topology;
  readonly cluster: Pick<LiveCluster, 'cluster'>;
  readonly objectPath: string;
  readonly comforts: Pick<HeldComforts, 'leave' | 'follow'>;
  /** Records what the hooks have counted since the last time. */
  readonly sample: () => void;
  /** Records what the kernel lost elsewhere since the last time, at these and on the wire. */
  readonly lookForLosses: (parties: Iterable<string>) => void;
  readonly signal: AbortSignal;
}

/** Rows in one message: a thousand receivers each make it some 64 kB. */
const ROWS_AT_ONCE = 64;

/** Program runs, or probes; of these those whose first question went without an answer and a later one did not. */
type Made = Pick<Extract<AgentMessage, { type: 'answered' }>, 'operations' | 'late'>;

export class Questions {
  readonly #line: Pick<Line<unknown, AgentMessage>, 'send'>;
  readonly #opened: Promise<Asked>;
  #last: Promise<void> = Promise.resolve();
  #programs: VerdictPrograms | null = null;
  /** Until then a neighbour that was asked for in vain may be given up: of the lab's clock, ns. */
  #undecidedUntilNs = 0;
  #open: (asked: Asked) => void = () => undefined;

  constructor(line: Pick<Line<unknown, AgentMessage>, 'send'>) {
    this.#line = line;
    this.#opened = new Promise((resolve) => (this.#open = resolve));
  }

  /** The lab stands: what was asked until now is answered now. */
  open(asked: Asked): void {
    this.#open(asked);
  }

  /** Answers in its turn; resolves when it has. What cannot be answered says so in `answered`. */
  handle(question: Ask | Flow): Promise<void> {
    this.#last = this.#last.then(async () => {
      const asked = await this.#opened;
      if (question.type === 'flow') {
        await this.#send(question, asked);
        return;
      }
      const begun = asked.lab.clock.now();
      const done = (made: Made, error?: string): void => {
        const durationNs = asked.lab.clock.now() - begun;
        const words = error === undefined ? {} : { error };
        this.#line.send({ type: 'answered', id: question.id, durationNs, ...made, ...words });
      };
      try {
        done(await this.#answer(question, asked));
      } catch (error) {
        done({ operations: 0 }, wordsOf(error));
      }
    });
    return this.#last;
  }

  async #send({ id, flow }: Flow, { lab, topology, sample, lookForLosses, signal, comforts }: Asked): Promise<void> {
    const record = (record: TraceRecord): void => this.#line.send({ type: 'flow-record', id, record });
    const step = (state: StepRecord['state'], message?: string): void =>
      record({ type: 'step', t: lab.clock.now(), step: 0, state, ...(message === undefined ? {} : { message }) });
    const ends = [partyName(flow.from), partyName(flow.to)];
    await this.#neighboursDecided(lab, signal);
    // What moved until now is not the flow's.
    sample();
    lookForLosses(ends);
    lab.exhaustion.look();
    step('started');
    try {
      // Who stands in for a container makes room for the flow's receiver.
      if (flow.port !== undefined) comforts.leave(partyName(flow.to));
      const asking = { ...lab, record };
      const denied = await deniedFlows(asking, [flow], topology.policies.oracle, signal);
      const queued = (names: ReadonlySet<string>): number => queuedPackets(topology, names);
      await runFlows(asking, [flow], denied, { sample, queued }, signal);
      lab.exhaustion.look();
      lookForLosses(ends);
      step('finished');
    } catch (error) {
      step('failed', wordsOf(error));
    }
    comforts.follow();
    this.#line.send({ type: 'flowed', id });
  }

  #answer(question: Ask, asked: Asked): Promise<Made> {
    return question.mode === 'verdict' ? this.#askPrograms(question, asked) : this.#askWire(question, asked);
  }

  async #askPrograms(question: Ask, asked: Asked): Promise<Made> {
    const { lab, topology, objectPath } = asked;
    const { dataplane } = topology;
    const endpoints = [...topology.endpoints.values()];
    this.#programs ??= lab.undo.use('programs for questions', loadVerdictPrograms(dataplane, objectPath));
    const limited = endpoints.filter(({ plan: { limits } }) => limits.egressBps !== null || limits.ingressBps !== null);
    this.#programs.unlimit(limited.map(({ plan }) => plan.endpointId));
    const byName = new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]));
    const party = (named: QuestionEnd) => askedParty(named, byName.get(named.name) ?? null);
    const from = endsOf(asked, question.from).map(party);
    let runs = 0;
    for (const [index, target] of question.targets.entries()) {
      const verdicts = await askPrograms(this.#programs, from, endsOf(asked, target.to).map(party), target);
      runs += verdicts.runs;
      this.#say(question.id, index, verdicts.marks);
    }
    return { operations: runs };
  }

  /** All targets together: what is denied on each costs its time-out at the same time. */
  async #askWire(question: Ask, asked: Asked): Promise<Made> {
    const { lab, topology, sample, lookForLosses, signal } = asked;
    const { oracle } = topology.policies;
    if (lab.options.standIns === true) throw new Error('devices that stand for slaves have no wire between them');
    const from = partiesOf(asked, question.from);
    const targets = question.targets.map((target) => ({ ...target, to: partiesOf(asked, target.to) }));
    const marks = targets.map(({ to }) => from.map(() => to.map((): WireMark => '-')));
    const cells: (readonly [target: number, row: number, column: number])[] = [];
    const probes = targets.flatMap(({ to, protocol, port }, target) =>
      from.flatMap((sender, row) =>
        to.flatMap((receiver, column) => {
          const addresses = pairAddresses(sender, receiver, null);
          if (addresses === null) return [];
          return probeOf(cells.push([target, row, column]), sender, receiver, addresses, { protocol, port });
        }),
      ),
    );
    // Of many questions nobody asks where a packet of one was lost, and a thousand network stacks take a second to read.
    const few =
      probes.length <= 1 ? new Set([from, ...targets.map(({ to }) => to)].flat().map(({ name }) => name)) : null;
    const count = (): void => {
      sample();
      if (few !== null) lookForLosses(few);
    };
    if (few !== null) await this.#neighboursDecided(lab, signal);
    count();
    lab.exhaustion.look();
    let late = 0;
    const { timeoutNs } = question;
    const take = ({ probeId }: Pick<ProbePlan, 'probeId'>, answer: ProbeAnswer): void => {
      const [target = 0, row = 0, column = 0] = cells[probeId - 1] ?? [];
      const own = marks[target]?.[row];
      if (own !== undefined) own[column] = MARKS[answer.evidence];
      if (isLate(answer)) late += 1;
    };
    const alive = (): void => this.#line.send({ type: 'alive', t: lab.clock.now() });
    const missing = await askProbes(lab, { probes, timeoutNs, oracle }, signal, take, alive);
    if (marks.some((rows) => rows.some((row) => row.includes(MARKS.timeout))))
      this.#undecidedUntilNs = lab.clock.now() + GIVEN_UP_NS;
    if (lab.exhaustion.look()) for (const rows of marks) for (const row of rows) forgetDenials(row);
    // What was counted goes before the answer: it is the answer's evidence.
    count();
    for (const [index, rows] of marks.entries()) this.#say(question.id, index, rows);
    if (missing.size > 0) throw new Error([...new Set(missing.values())].join('; '));
    return { operations: probes.length, late };
  }

  /** What an earlier question left behind is not counted as the next one's: the kernel counts neighbours of all together. */
  async #neighboursDecided({ clock }: Lab, signal: AbortSignal): Promise<void> {
    const leftNs = this.#undecidedUntilNs - clock.now();
    if (leftNs > 0) await sleep(leftNs, signal);
  }

  #say(id: number, target: number, marks: readonly (readonly string[])[]): void {
    for (let first = 0; first < marks.length; first += ROWS_AT_ONCE) {
      const rows = marks.slice(first, first + ROWS_AT_ONCE).map((row) => row.join(''));
      this.#line.send({ type: 'answer-rows', id, target, first, rows });
    }
  }
}

/** A neighbour is asked for three times, a second apart (mcast_solicit, retrans_time_ms; arp(7)), and given up a second after the last. */
const GIVEN_UP_NS = 3.2e9;

/** What arrived has arrived; what did not may have met a full table. */
function forgetDenials(row: WireMark[]): void {
  for (const [column, mark] of row.entries()) if (mark === 'X' || mark === 'u') row[column] = '?';
}

const MARKS: Readonly<Record<Evidence, WireMark>> = {
  connected: '.',
  answered: '.',
  refused: 'r',
  timeout: 'X',
  unreachable: 'u',
};

/** Programs judge frames, so that they can be asked of an address that nobody has. @throws Error as partiesOf */
function endsOf(asked: Asked, names: readonly string[]): QuestionEnd[] {
  const parties = partiesOf(
    asked,
    names.filter((name) => isIP(name) === 0),
  ).values();
  return names.map((name) => (isIP(name) === 0 ? (parties.next().value as NamedParty) : outsideAddress(name)));
}

/** @throws Error for somebody who is not in the lab, or could not be built */
function partiesOf({ lab: { plan, parties }, cluster }: Asked, names: readonly string[]): NamedParty[] {
  const known = namedParties({ ...plan, pods: [...cluster.cluster.pods.values()] });
  return names.map((name) => {
    const party = known.get(name);
    if (party === undefined || !parties.has(name)) throw new Error(`${name} was not built, so nobody can ask it`);
    return party;
  });
}

function probeOf(
  probeId: number,
  from: NamedParty,
  to: NamedParty,
  addresses: { readonly from: string; readonly to: string },
  { protocol, port }: AskedPort,
) {
  return {
    probeId,
    from: from.plan,
    to: to.plan,
    fromAddress: addresses.from,
    toAddress: addresses.to,
    protocol,
    port,
    expect: 'predicted' as const,
  };
}
