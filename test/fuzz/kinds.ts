/** What ipvlane reads, by kind: the mutant of a number, and what a command does with such a thing. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { matrixPage } from '../../reports/html/matrix-page.ts';
import { renderHtmlReport } from '../../reports/html/report.ts';
import { renderResultJson } from '../../reports/json/result-json.ts';
import { renderMatrixJunit } from '../../reports/junit/matrix-junit.ts';
import { renderJunit } from '../../reports/junit/junit.ts';
import { renderMatrixMarkdown } from '../../reports/markdown/matrix-markdown.ts';
import { renderMarkdown } from '../../reports/markdown/markdown.ts';
import { matrixLines } from '../../reports/terminal/matrix-table.ts';
import { summaryLines } from '../../reports/terminal/summary.ts';
import { measureTrace } from '../../sim/cli/measure-trace.ts';
import { processEnvironment } from '../../sim/cli/environment.ts';
import { stepSecondsOf } from '../../sim/cli/write-reports.ts';
import { allSaid, labPlan, replay } from '../../sim/conformance/replay.ts';
import { parseTruthTables } from '../../sim/conformance/truth-table.ts';
import { Collector } from '../../sim/diagnostics/collector.ts';
import { DiagnosticError } from '../../sim/diagnostics/diagnostic.ts';
import { parseDeliveryTrace } from '../../sim/manifest/scenario/delivery-trace.ts';
import { regressions, TOLERANCES } from '../../sim/matrix/baseline.ts';
import { cellOf, matrixOf } from '../../sim/matrix/fixtures/sample-matrix.ts';
import { readMatrix, renderMatrixJson } from '../../sim/matrix/matrix-schema.ts';
import { mergeMatrices } from '../../sim/matrix/merge.ts';
import { matrixVerdict } from '../../sim/matrix/verdict.ts';
import { conversationsOf } from '../../sim/capture/conversations.ts';
import { loadCapDecoders } from '../../sim/capture/decode-packet.ts';
import { parsePcap, PcapFormatError } from '../../sim/capture/pcap-file.ts';
import { resultForPeople } from '../../sim/measure/words/short-result.ts';
import { checkMutant } from './check-mutant.ts';
import { openDesk } from './control-desk.ts';
import { mutant, mutantOfBytes, mutantOfJson, mutantOfLines, random } from './mutate.ts';

/** How a command would end that read it: 0 or 2. Anything thrown would be 70. */
type Check = (number: number) => 0 | 2 | Promise<0 | 2>;

export interface Kind extends AsyncDisposable {
  readonly check: Check;
}

const nothing = { [Symbol.asyncDispose]: () => Promise.resolve() };

const SCENARIOS = join(import.meta.dirname, '../../scenarios');

/** By path below scenarios/; what has a thousand pods is left out: nothing in it is of another kind. */
function scenarioFiles(): Record<string, string> {
  const names = readdirSync(SCENARIOS, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    names
      .filter((name) => !name.startsWith('scale') && /\.(yaml|trace)$/.test(name))
      .map((name) => [name, readFileSync(join(SCENARIOS, name), 'utf8')]),
  );
}

function scenarios(): Kind {
  const files = scenarioFiles();
  const names = Object.keys(files).filter((name) => /^kind: Scenario$/m.test(files[name] ?? ''));
  return {
    ...nothing,
    check: (number) => {
      const name = names[number % names.length] ?? '';
      return checkMutant(mutant(number, [files[name] ?? '']), name, files);
    },
  };
}

const CNI_CONFIGS = [
  '{"cniVersion":"0.3.1","name":"spidernet-chainer","plugins":[{"type":"ipvlan","master":"ens192","ipam":{"type":"spiderpool","default_ipv4_ippool":["ens192-v4"]}},{"type":"cilium-cni"},{"txQueueLen":0,"tunePodRoutes":true,"mode":"auto","type":"coordinator"}]}',
  '{"cniVersion":"1.0.0","name":"n","type":"ipvlan","master":"ens192","mode":"l3","mtu":1400,"ipam":{"type":"host-local","ranges":[[{"subnet":"172.51.0.0/16","rangeStart":"172.51.1.0","rangeEnd":"172.51.1.9","gateway":"172.51.0.1"}],[{"subnet":"fd51::/64"}]],"routes":[{"dst":"0.0.0.0/0","gw":"172.51.0.1"}]}}',
  '{"cniVersion":"0.4.0","name":"s","plugins":[{"type":"ipvlan","master":"ens192","ipam":{"type":"static","addresses":[{"address":"172.51.1.7/16","gateway":"172.51.0.1"}],"dns":{"nameservers":["1.1.1.1"]}}},{"type":"bandwidth","ingressRate":1000000,"ingressBurst":80000,"egressRate":1000000,"egressBurst":80000},{"type":"tuning","sysctl":{"net.core.somaxconn":"500"}}]}',
];

/** One as the network of the seed's pods, each in turn as YAML has it in a NetworkAttachmentDefinition. */
function cniConfigs(): Kind {
  const seed = ['deployment', 'client', 'spiderippool'].map((name) =>
    readFileSync(join(SCENARIOS, `seed/${name}.yaml`), 'utf8'),
  );
  return {
    ...nothing,
    check: (number) => {
      const network = {
        apiVersion: 'k8s.cni.cncf.io/v1',
        kind: 'NetworkAttachmentDefinition',
        metadata: { name: 'ipvlan-conf', namespace: 'kube-system' },
        spec: { config: mutantOfJson(number, CNI_CONFIGS) },
      };
      return checkMutant([...seed, JSON.stringify(network)].join('\n---\n'));
    },
  };
}

/** Of the many samples each twelfth. */
function shortTrace(): string {
  const file = join(import.meta.dirname, '../../sim/measure/fixtures/seed-uml.ndjson.gz');
  const lines = gunzipSync(readFileSync(file)).toString().split('\n');
  return lines.filter((line, at) => !/"type":"(endpoint|flow|ping|qdisc)"/.test(line) || at % 12 === 0).join('\n');
}

/** A page of HTML takes a hundred times as long as reading: some mutants get one. */
const ONE_PAGE_IN = 100;

function traces(): Kind {
  const folder = mkdtempSync(join(tmpdir(), 'ipvlane-fuzz-'));
  const file = join(folder, 'trace.ndjson');
  const seeds = [shortTrace()];
  const quiet = { ...processEnvironment(), stderr: { isTTY: false, columns: 0, write: () => true } };
  return {
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
    check: (number) =>
      refusedOr(async () => {
        writeFileSync(file, mutantOfLines(number, seeds));
        const measurement = await measureTrace(quiet, file);
        const result = measurement.result({ bootMs: null, memory: null });
        const shown = resultForPeople(measurement, result);
        renderResultJson(result);
        const run = { scenario: result.scenario, result: shown, stepSeconds: stepSecondsOf(measurement) };
        renderJunit(result.scenario, [run]);
        renderMarkdown(shown);
        summaryLines(shown, { colour: true, machine: null });
        measurement.snapshot();
        if (number % ONE_PAGE_IN > 0) return;
        const context = { command: '', manifests: [], startedAt: null, wallMs: null, machine: null, captures: [] };
        await renderHtmlReport({ measurement, result, context });
      }),
  };
}

async function captures(): Promise<Kind> {
  const decoders = await loadCapDecoders();
  const seeds = captureSeeds();
  return {
    ...nothing,
    check: (number) => {
      try {
        conversationsOf(parsePcap(mutantOfBytes(number, seeds)), decoders, 1500);
        return 0;
      } catch (error) {
        if (error instanceof PcapFormatError) return 2;
        throw error;
      }
    },
  };
}

/** Packets of each kind that is decoded, in a file of either byte order. */
function captureSeeds(): Uint8Array[] {
  const below = random(1);
  const packets = [
    '0800450000280000000040060000ac330064ac3300659c401451000000000000000050100000ffff0000',
    '08004500001c0000000040110000ac330064ac3300659c40145100080000',
    '86dd6000000000081140fd000000000000000000000000000001fd0000000000000000000000000000029c40145100080000',
    '86dd600000000010323cfd000000000000000000000000000001fd00000000000000000000000000000200000000000000003a00000000000000',
    '810000070800450000540000000040010000ac330064ac33006508000000000100010000000000000000',
    '0806000108000604000102000000000110000001000000000000ac330065',
  ].map((hex) => Buffer.from(`024200000002024200000001${hex}`, 'hex'));
  const u32 = (little: boolean, value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    if (little) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  return [true, false].map((little) => {
    const number = (value: number): Buffer => u32(little, value);
    const version = Buffer.from(little ? [2, 0, 4, 0] : [0, 2, 0, 4]);
    const header = [number(little ? 0xa1b23c4d : 0xa1b2c3d4), version, ...[0, 0, 128, 1].map(number)];
    const records = packets.flatMap((data) => [
      ...[below(1000), below(1e6), data.length, data.length + 100].map(number),
      data,
    ]);
    return Buffer.concat([...header, ...records]);
  });
}

function rateTraces(): Kind {
  const seeds = ['1\n2\n2\n20\n', '0\r\n5\r\n10', Array.from({ length: 200 }, (_, ms) => ms * 3).join('\n')];
  return {
    ...nothing,
    check: (number) => {
      const diagnostics = new Collector();
      return parseDeliveryTrace('a.trace', mutant(number, seeds), diagnostics) === null ? 2 : 0;
    },
  };
}

function truthTables(): Kind {
  const seeds = [truthTable()];
  return {
    ...nothing,
    check: (number) =>
      refusedOr(async () => {
        const cases = parseTruthTables('t.json', mutantOfJson(number, seeds));
        if (cases.length === 0) return;
        labPlan(cases);
        allSaid({ cases, modes: ['wire'], timeoutNs: 1 });
        await replay({ cases, modes: ['oracle'], lab: null, timeoutNs: 0 });
      }),
  };
}

function truthTable(): string {
  const policy = {
    kind: 'NetworkPolicy', apiVersion: 'networking.k8s.io/v1', metadata: { name: 'deny', namespace: 'x' },
    spec: {
      podSelector: { matchLabels: { pod: 'a' }, matchExpressions: [{ key: 'pod', operator: 'In', values: ['a'] }] },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ ipBlock: { cidr: '192.168.0.0/16', except: ['192.168.1.0/24'] } }], ports: [{ port: 80 }] }],
      egress: [{ to: [{ namespaceSelector: {} }], ports: [{ protocol: 'UDP', port: 'serve-80-udp' }, { port: 1, endPort: 9 }] }],
    },
  }; // prettier-ignore
  const step = (policies: readonly unknown[], rows: readonly string[]) => ({
    policies,
    namespaces: { x: { ns: 'x' } },
    order: ['x/a', 'x/b'],
    expected: { 'TCP/80': rows, 'UDP/81': rows },
    pods: ['a', 'b'].map((name, i) => ({ ip: `192.168.1.1${i}`, labels: { pod: name }, name, ns: 'x' })),
  });
  const steps = [step([], ['..', '..']), step([policy], ['XX', 'X.'])];
  return JSON.stringify({ cases: [{ id: 7, description: 'deny', tags: ['deny-all'], steps }] });
}

function baselines(): Kind {
  const sample = matrixOf();
  const cells = [cellOf('uml', 'seed'), cellOf('uml', 'queue', { status: 'splat', quote: ['WARNING: at x'] })];
  const seeds = [sample, { ...sample, shards: [{ index: 1, count: 2 }], cells }].map(renderMatrixJson);
  const shown = { colour: false, width: 80, folder: '.' };
  return {
    ...nothing,
    check: (number) => {
      const read = readMatrix(mutantOfJson(number, seeds));
      if (typeof read === 'string') return 2;
      const worse = regressions(read, sample, TOLERANCES);
      const merged = mergeMatrices([{ from: 'a', matrix: read }, { from: 'b', matrix: { ...read, cells: [] } }]); // prettier-ignore
      for (const matrix of [read, merged]) {
        if (typeof matrix === 'string') continue;
        const [made, again] = [renderMatrixJson(matrix), regressions(sample, matrix, TOLERANCES)];
        if (typeof readMatrix(made) === 'string') throw new Error('a matrix of our own is none');
        matrixVerdict(matrix, [...worse, ...again]);
        for (const face of [renderMatrixJunit, renderMatrixMarkdown, matrixPage]) face(matrix, worse);
        matrixLines(matrix, again, shown);
      }
      return 0;
    },
  };
}

/** Who has said something wrong is hung up on, and the next one is heard. */
async function controlMessages(): Promise<Kind> {
  const desk = await openDesk();
  return {
    [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose](),
    check: async (number) => {
      const told = await desk.say(mutantOfJson(number, desk.said));
      if ((await desk.say(desk.said[0] ?? '')) === null) throw new Error('nobody is answered any more');
      return told === null ? 2 : 0;
    },
  };
}

async function refusedOr(work: () => Promise<void>): Promise<0 | 2> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (error instanceof DiagnosticError && error.kind === 'input') return 2;
    throw error;
  }
}

export const KINDS: Readonly<Record<string, () => Kind | Promise<Kind>>> = {
  manifests: () => ({ ...nothing, check: (number) => checkMutant(mutant(number)) }),
  scenarios,
  'CNI configs': cniConfigs,
  traces,
  captures,
  'rate traces': rateTraces,
  'truth tables': truthTables,
  baselines,
  'control messages': controlMessages,
};
