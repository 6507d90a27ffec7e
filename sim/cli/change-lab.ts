/** `apply`, `delete`, `label`, `annotate`, `scale`: kubectl's verbs, to a lab that runs in another terminal. */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { askLab } from '../kernel/request-client.ts';
import { objectNamed } from '../manifest/build-change.ts';
import type { ObjectReference } from '../manifest/change-request.ts';
import type { SourceFile } from '../manifest/manifests.ts';
import { readApplied, type ReadApplied } from '../manifest/read-applied.ts';
import type { Action } from './command.ts';
import type { Environment } from './environment.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { heldRun } from './held-run.ts';
import type { LiveReply, LiveRequest } from './live-control.ts';
import { sourcesOf } from './load-plan.ts';
import { printDiagnostics } from './print-diagnostics.ts';

type Options = Readonly<Record<string, unknown>>;

export const apply: Action = async (environment, _, options) => {
  const read = readOrThrow(environment);
  return changeLab(environment, options, { verb: 'apply', files: read.files }, read.files);
};

export const deleteObjects: Action = async (environment, [kind, ...names], options) => {
  if (environment.given.paths.length > 0) {
    if (kind !== undefined) throw wrong(`\`${kind}\` beside -f: name files with -f each, or objects, not both`);
    const read = readOrThrow(environment);
    return changeLab(environment, options, { verb: 'delete', targets: targetsIn(read) }, read.files);
  }
  if (kind === undefined || names.length === 0) throw wrong('name what is to go: `pod NAME`, or `-f FILE`');
  return changeLab(environment, options, { verb: 'delete', targets: names.map((name) => target(kind, name, options)) });
};

export const label: Action = (environment, [kind = '', name = '', ...pairs], options) =>
  changeLab(environment, options, {
    verb: 'label',
    targets: [{ ...target(kind, name, options), values: valuesOf(pairs) }],
  });

export const annotate: Action = (environment, [kind = '', name = '', ...pairs], options) =>
  changeLab(environment, options, {
    verb: 'annotate',
    targets: [{ ...target(kind, name, options), values: valuesOf(pairs) }],
  });

export const scale: Action = (environment, [written = ''], options) => {
  const slash = written.indexOf('/');
  if (slash < 1) throw wrong(`\`${written}\` names no workload: write \`deployment/NAME\``);
  const found = target(written.slice(0, slash), written.slice(slash + 1), options);
  if (!SCALABLE.has(found.kind)) throw wrong(`a ${found.kind} has no replicas to set`);
  return changeLab(environment, options, {
    verb: 'scale',
    targets: [{ ...found, replicas: Number(options.replicas) }],
  });
};

const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']);

/** Kinds by every name that kubectl takes, in lower case. */
const KINDS: readonly (readonly [ObjectReference['kind'], ...string[]])[] = [
  ['Pod', 'pod', 'pods', 'po'],
  ['Namespace', 'namespace', 'namespaces', 'ns'],
  ['NetworkPolicy', 'networkpolicy', 'networkpolicies', 'netpol'],
  ['Deployment', 'deployment', 'deployments', 'deploy'],
  ['StatefulSet', 'statefulset', 'statefulsets', 'sts'],
  ['ReplicaSet', 'replicaset', 'replicasets', 'rs'],
  ['ReplicationController', 'replicationcontroller', 'replicationcontrollers', 'rc'],
  ['DaemonSet', 'daemonset', 'daemonsets', 'ds'],
  ['Job', 'job', 'jobs'],
  ['CronJob', 'cronjob', 'cronjobs', 'cj'],
];

function target(kind: string, name: string, { namespace }: Options): ObjectReference {
  const known = KINDS.find(([, ...names]) => names.includes(kind.toLowerCase()))?.[0];
  if (known === undefined) throw wrong(`\`${kind}\` is no kind: write ${KINDS.map(([, first]) => first).join(', ')}`);
  const whole =
    typeof namespace === 'string' && !name.includes('/') && known !== 'Namespace' ? `${namespace}/${name}` : name;
  return objectNamed(known, whole, []);
}

/** `key=value` sets, `key-` takes away. */
function valuesOf(pairs: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
      if (at < 0 && pair.endsWith('-') && pair.length > 1) return [pair.slice(0, -1), null];
      throw wrong(`\`${pair}\` says nothing: write \`key=value\`, or \`key-\` to take it away`);
    }),
  );
}

function targetsIn({ objects }: ReadApplied): ObjectReference[] {
  const { namespaces, pods, workloads, networkPolicies } = objects;
  return [...networkPolicies, ...workloads, ...pods, ...namespaces].map((object) => {
    const name = 'namespace' in object ? `${object.namespace}/${object.name}` : object.name;
    return objectNamed(object.kind, name, []);
  });
}

function readOrThrow(environment: Environment): ReadApplied {
  const { paths, files, diagnostics } = environment.given;
  if (paths.length === 0) throw wrong('name what is to be applied: `-f FILE`, a folder, or `-` for standard input');
  const read = readApplied(paths, files);
  printDiagnostics(environment, [...diagnostics, ...read.diagnostics], sourcesOf(read.files));
  if (read.diagnostics.some(({ severity }) => severity === 'error')) throw new DiagnosticError('manifest', []);
  return read;
}

async function changeLab(
  environment: Environment,
  options: Options,
  request: LiveRequest,
  files: readonly SourceFile[] = [],
): Promise<ExitCode> {
  const reply = (await askLab(heldRun(environment, options), request)) as LiveReply;
  printDiagnostics(environment, reply.diagnostics, sourcesOf(files));
  if (reply.diagnostics.some(({ severity }) => severity === 'error')) return EXIT.input;
  if (reply.error !== null) {
    throw new DiagnosticError('machine', [
      { code: 'E520', severity: 'error', message: `the lab refused: ${reply.error}` },
    ]);
  }
  const { record } = reply;
  environment.stdout.write(
    record === null
      ? 'nothing to change\n'
      : `${record.what}: in force after ${((record.effectiveNs - record.askedNs) / 1e6).toFixed(1)} ms (${record.mapUpdates} map updates)\n`,
  );
  return EXIT.ok;
}

function wrong(message: string): DiagnosticError {
  return new DiagnosticError('manifest', [{ code: 'E216', severity: 'error', message }]);
}
