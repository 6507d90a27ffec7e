/**
 * Truth tables of NetworkPolicy, in the format of the tables made from github mattfenwick/cyclonus: cases of steps, each with
 * the whole cluster and, for every port, who may reach whom.
 */
import { isIP } from 'node:net';
import * as z from 'zod';
import type { NetworkPolicy, Protocol } from '../../dataplane/policy/network-policy.ts';
import { Collector } from '../diagnostics/collector.ts';
import { DiagnosticError, type Span } from '../diagnostics/diagnostic.ts';
import { LineIndex } from '../diagnostics/line-index.ts';
import { checkSchema } from '../manifest/check-schema.ts';
import { kinds } from '../manifest/objects/kinds.ts';
import type { Path } from '../manifest/manifests.ts';
import { dnsSubdomainProblem } from '../manifest/objects/names.ts';
import { namedMetadata } from '../manifest/schema/metadata.ts';
import { JsonError, readJson } from '../manifest/yaml/inner-json.ts';
import { parseYaml, type YamlDocument } from '../manifest/yaml-documents.ts';
import type { Cluster } from '../plan/cluster/cluster.ts';
import { objectKey } from '../plan/cluster/cluster.ts';
import { policyMeant } from '../plan/network/network-policy.ts';
import type { PodPlan } from '../plan/plan.ts';

export interface TruthTable {
  readonly protocol: Protocol;
  readonly port: number;
  /** One string a sender, one character a receiver: `.` allowed, `X` blocked. */
  readonly rows: readonly string[];
}

export interface TruthTableStep {
  readonly cluster: Cluster;
  /** `namespace/name`, rows and columns of the tables. */
  readonly order: readonly string[];
  readonly tables: readonly TruthTable[];
}

export interface TruthTableCase {
  readonly id: number;
  readonly description: string;
  readonly tags: readonly string[];
  readonly steps: readonly TruthTableStep[];
}

/**
 * Reads a file of the format. A pod of one name has one endpoint id in all cases.
 * @throws DiagnosticError of kind input for a file that is none
 */
export function parseTruthTables(file: string, text: string): TruthTableCase[] {
  const { cases } = checked(file, text);
  const endpointIds = new Map<string, number>();
  const refuse = (where: string, message: string): never => notOfTheFormat(file, `${where}: ${message}`);
  return cases.map(({ id, description, tags, steps }, c) => ({
    id,
    description,
    tags,
    steps: steps.map((step, index) => {
      const policies = (step.policies ?? []).map((policy, i) =>
        readPolicy(policy, file, text, ['cases', c, 'steps', index, 'policies', i]),
      );
      return readStep(step, policies, endpointIds, (message) => refuse(`case ${id} step ${index}`, message));
    }),
  }));
}

const stepFields = {
  namespaces: z.record(z.string(), z.record(z.string(), z.string())),
  pods: z.array(
    z.object({ ip: z.string(), labels: z.record(z.string(), z.string()), name: z.string(), ns: z.string() }),
  ),
  order: z.array(z.string()),
  expected: z.record(z.string().regex(/^(TCP|UDP|SCTP)\/\d{1,5}$/), z.array(z.string().regex(/^[.X]*$/))),
};
const policies = z.array(z.unknown());

function fileOf<Step extends z.ZodType>(step: Step) {
  const fields = { id: z.number(), description: z.string(), tags: z.array(z.string()) };
  return z.object({ cases: z.array(z.object({ ...fields, steps: z.array(step).min(1) })) });
}

const stepSchema = z.object({ ...stepFields, policies: policies.nullable() });
const fileSchema = fileOf(stepSchema);

/** For words about what is wrong: to what finds them a field that is null is one that is not there. */
const looseSchema = fileOf(z.object({ ...stepFields, policies: policies.optional() }));

function checked(file: string, text: string): z.infer<typeof fileSchema> {
  let json: unknown;
  try {
    json = readJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const { start, end } = error.stretch;
    const help = `${error.help}: truth tables are JSON, see docs/policy.md for the format`;
    return notOfTheFormat(file, error.message, help, new LineIndex(file, text).span(start, end));
  }
  const parsed = fileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const diagnostics = new Collector();
  const document = documentOf(file, text);
  checkSchema(looseSchema, document.value, { located: document, path: [], what: 'truth tables' }, diagnostics);
  const said = diagnostics.sorted();
  if (said.length === 0) {
    // What is left is a step without `policies`, which may be null.
    const step = parsed.error.issues[0]?.path.slice(0, -1) as Path | undefined;
    const help = 'add `policies`, a list or null: see docs/policy.md for the format';
    return notOfTheFormat(file, 'missing field `policies` in a step', help, document.spanOf(step ?? []));
  }
  throw new DiagnosticError('input', said);
}

/** Where what is wrong stands: to find it takes longer than to read all of a file that is right. */
function documentOf(file: string, text: string): YamlDocument {
  const diagnostics = new Collector();
  for (const document of parseYaml(file, text, diagnostics)) return document;
  const [wrong] = diagnostics.sorted();
  return notOfTheFormat(file, wrong?.message ?? 'it is null', wrong?.help, wrong?.span);
}

/** The tables leave out what kind of object all of them are, here and there. */
const policySchema = kinds.NetworkPolicy.schema.extend({
  apiVersion: z.literal(kinds.NetworkPolicy.apiVersion).optional(),
  kind: z.literal('NetworkPolicy').optional(),
  metadata: namedMetadata(dnsSubdomainProblem),
});

/** As a manifest of it is read, at `path` of the file. */
function readPolicy(policy: unknown, file: string, text: string, path: Path): NetworkPolicy {
  const diagnostics = new Collector();
  let document: YamlDocument | null = null;
  const place = {
    path,
    what: 'NetworkPolicy',
    get located() {
      return (document ??= documentOf(file, text));
    },
  };
  const read = checkSchema(policySchema, policy, place, diagnostics);
  if (read === null) throw new DiagnosticError('input', diagnostics.sorted());
  const { name, namespace } = read.metadata;
  return policyMeant({ name, namespace: namespace || 'default', spec: { podSelector: {}, ...read.spec } }, () => null);
}

function notOfTheFormat(file: string, what: string, help = 'see docs/policy.md for the format', span?: Span): never {
  throw new DiagnosticError('input', [
    {
      code: 'E214',
      severity: 'error' as const,
      message: `${file} is no file of truth tables: ${what}`,
      help,
      ...(span === undefined ? {} : { span }),
    },
  ]);
}

const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** Every pod serves TCP, UDP and SCTP on 80 and 81, under names such as `serve-80-tcp`. */
const SERVED = [80, 81].flatMap((port) =>
  PROTOCOLS.map((protocol) => ({ name: `serve-${port}-${protocol.toLowerCase()}`, protocol, port })),
);

function readStep(
  step: z.infer<typeof stepSchema>,
  policies: readonly NetworkPolicy[],
  endpointIds: Map<string, number>,
  refuse: (message: string) => never,
): TruthTableStep {
  const pods = step.pods.map(({ ip, labels, name, ns }) => {
    const key = `${ns}/${name}`;
    if (isIP(ip) === 0 || ip.includes('%')) refuse(`the address of ${key} is \`${ip}\`, which is none`);
    const endpointId = endpointIds.get(key) ?? endpointIds.size + 1;
    endpointIds.set(key, endpointId);
    return podOf({ namespace: ns, name, labels, endpointId }, ip);
  });
  const names = new Set(pods.map(objectKey));
  for (const name of step.order) if (!names.has(name)) refuse(`there is no pod ${name}`);
  for (const [port, rows] of Object.entries(step.expected)) {
    const square = rows.length === step.order.length && rows.every((row) => row.length === step.order.length);
    if (!square) refuse(`the table ${port} does not fit its ${step.order.length} pods`);
  }
  return {
    cluster: {
      // The tables leave out the label that every namespace has where a case made the namespace itself.
      namespaces: new Map(
        Object.entries(step.namespaces).map(([name, labels]) => [
          name,
          { ...labels, 'kubernetes.io/metadata.name': name },
        ]),
      ),
      pods: new Map(pods.map((pod) => [objectKey(pod), pod])),
      policies: new Map(policies.map((policy) => [objectKey(policy), policy])),
    },
    order: step.order,
    tables: Object.entries(step.expected).map(([key, rows]) => {
      const [protocol = '', port] = key.split('/');
      return { protocol: protocol as Protocol, port: Number(port), rows };
    }),
  };
}

function podOf(pod: Pick<PodPlan, 'namespace' | 'name' | 'labels' | 'endpointId'>, ip: string): PodPlan {
  return {
    ...pod,
    node: 'node-1',
    owner: null,
    enforced: true,
    ports: SERVED,
    limits: { ingressBps: null, egressBps: null },
    interfaces: [
      {
        name: 'eth0',
        network: null,
        master: 'eth0',
        mode: 'l2',
        isolation: 'bridge',
        mtu: 1500,
        addresses: [`${ip}/24`],
        routes: [],
        pools: [],
      },
    ],
  };
}
