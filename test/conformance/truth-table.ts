/**
 * Truth tables of NetworkPolicy: the format of `../shared/conformance/`, 230 cases whose expectations nobody here wrote
 * (github mattfenwick/cyclonus). Read into worlds; scored by anybody who can answer for one packet.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { policyFromApi } from '../../dataplane/policy/from-api.ts';
import type { PolicyPod, PolicyWorld, Protocol } from '../../dataplane/policy/network-policy.ts';

/** Beside the repository, not in it: null where it is not there. */
export function findTruthTables(): string | null {
  const path = resolve(import.meta.dirname, '../../../shared/conformance/cyclonus-truth-tables.json');
  return existsSync(path) ? path : null;
}

export interface TruthTableStep {
  readonly world: PolicyWorld;
  /** `namespace/name`, rows and columns of the tables. */
  readonly order: readonly string[];
  readonly tables: readonly { readonly protocol: Protocol; readonly port: number; readonly rows: readonly string[] }[];
}

export interface TruthTableCase {
  readonly id: number;
  readonly description: string;
  readonly tags: readonly string[];
  readonly steps: readonly TruthTableStep[];
}

/** One cell: what a packet from a pod to a pod must meet. */
export interface Cell {
  readonly case: TruthTableCase;
  readonly step: number;
  readonly world: PolicyWorld;
  readonly from: PolicyPod;
  readonly to: PolicyPod;
  readonly protocol: Protocol;
  readonly port: number;
  readonly expected: 'allowed' | 'denied';
}

export interface Score {
  readonly cells: number;
  /** Cells that differ, in words: `case 12 step 0 "...": x/a -> y/b TCP/80 expected denied`. */
  readonly wrong: readonly string[];
}

/** Reads a file of the format; positions are not kept, the file is JSON of one line. */
export function readTruthTables(path: string): TruthTableCase[] {
  const file = JSON.parse(readFileSync(path, 'utf8')) as TruthTableFile;
  return file.cases.map(({ id, description, tags, steps }) => ({ id, description, tags, steps: steps.map(readStep) }));
}

/**
 * Scores answers against every cell; the diagonal (a pod to itself) apart, for Kubernetes leaves it undefined.
 * `answerFor` is called once a step, so that it may compile the world or replay the change.
 */
export function score(
  cases: readonly TruthTableCase[],
  answerFor: (step: TruthTableStep, table: TruthTableCase) => (cell: Cell) => 'allowed' | 'denied',
): { readonly offDiagonal: Score; readonly diagonal: Score } {
  const tally = { offDiagonal: { cells: 0, wrong: [] as string[] }, diagonal: { cells: 0, wrong: [] as string[] } };
  for (const table of cases) {
    table.steps.forEach((step, index) => {
      const answer = answerFor(step, table);
      for (const cell of cellsOf(table, step, index)) {
        const part = cell.from === cell.to ? tally.diagonal : tally.offDiagonal;
        part.cells++;
        if (answer(cell) !== cell.expected) part.wrong.push(cellText(cell));
      }
    });
  }
  return tally;
}

function* cellsOf(table: TruthTableCase, step: TruthTableStep, index: number): Generator<Cell> {
  const pods = step.order.map((name) => step.world.pods.find((pod) => `${pod.namespace}/${pod.name}` === name));
  for (const { protocol, port, rows } of step.tables) {
    for (const [row, from] of pods.entries()) {
      for (const [column, to] of pods.entries()) {
        const mark = rows[row]?.[column];
        if (from === undefined || to === undefined || (mark !== '.' && mark !== 'X')) {
          throw new Error(`case ${table.id} step ${index}: the table ${protocol}/${port} does not fit its pods`);
        }
        const expected = mark === '.' ? 'allowed' : 'denied';
        yield { case: table, step: index, world: step.world, from, to, protocol, port, expected };
      }
    }
  }
}

function cellText({ case: table, step, from, to, protocol, port, expected }: Cell): string {
  const pair = `${from.namespace}/${from.name} -> ${to.namespace}/${to.name}`;
  return `case ${table.id} step ${step} "${table.description}": ${pair} ${protocol}/${port} expected ${expected}`;
}

interface TruthTableFile {
  readonly cases: readonly {
    readonly id: number;
    readonly description: string;
    readonly tags: readonly string[];
    readonly steps: readonly StepJson[];
  }[];
}

interface StepJson {
  readonly policies: readonly unknown[] | null;
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly pods: readonly {
    readonly ip: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly name: string;
    readonly ns: string;
  }[];
  readonly order: readonly string[];
  readonly expected: Readonly<Record<string, readonly string[]>>;
}

const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** Every pod serves TCP, UDP and SCTP on 80 and 81, under names such as `serve-80-tcp`. */
const SERVED = [80, 81].flatMap((port) =>
  PROTOCOLS.map((protocol) => ({ name: `serve-${port}-${protocol.toLowerCase()}`, protocol, port })),
);

function readStep(step: StepJson): TruthTableStep {
  return {
    world: {
      namespaces: Object.entries(step.namespaces).map(([name, labels]) => ({ name, labels })),
      pods: step.pods.map(({ ip, labels, name, ns }, index) => ({
        endpointId: index + 1,
        namespace: ns,
        name,
        labels,
        addresses: [ip],
        ports: SERVED,
        policed: true,
      })),
      policies: (step.policies ?? []).map((policy) => policyFromApi(policy)),
    },
    order: step.order,
    tables: Object.entries(step.expected).map(([key, rows]) => {
      const [name, port] = key.split('/');
      const protocol = PROTOCOLS.find((candidate) => candidate === name);
      if (protocol === undefined) throw new Error(`unknown protocol in ${key}`);
      return { protocol, port: Number(port), rows };
    }),
  };
}
