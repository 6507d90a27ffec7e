/** `apply`, `delete`, `label`, `annotate`, `scale`: kubectl's verbs, to a lab that runs in another terminal. */
import { objectKey } from '../plan/cluster/cluster.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { askLab } from '../kernel/control/request-client.ts';
import { objectNamed } from '../manifest/scenario/build-change.ts';
import type { ObjectReference } from '../manifest/scenario/change-request.ts';
import type { SourceFile } from '../manifest/manifests.ts';
import { readApplied, type ReadApplied } from '../manifest/read-applied.ts';
import type { Action } from './command.ts';
import type { Environment } from './environment.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { heldRun } from './held-run.ts';
import { liveReplySchema } from './held/questions.ts';
import type { LiveRequest } from './live-control.ts';
import { sourcesOf } from './load-plan.ts';
import { objectsNamed, withValues, wrong } from './object-words.ts';
import { printDiagnostics } from './print-diagnostics.ts';

type Options = Readonly<Record<string, unknown>>;

export const apply: Action = async (environment, _, options) => {
  const read = readOrThrow(environment);
  return changeLab(environment, options, { verb: 'apply', files: read.files }, read.files);
};

export const deleteObjects: Action = async (environment, words, options) => {
  if (environment.given.paths.length > 0) {
    if (words.length > 0)
      throw wrong(`\`${words.join(' ')}\` beside -f: name files with -f each, or objects, not both`);
    const read = readOrThrow(environment);
    return changeLab(environment, options, { verb: 'delete', targets: targetsIn(read) }, read.files);
  }
  return changeLab(environment, options, { verb: 'delete', targets: objectsNamed(words, options) });
};

export const label: Action = (environment, words, options) =>
  changeLab(environment, options, { verb: 'label', targets: withValues(words, options) });

export const annotate: Action = (environment, words, options) =>
  changeLab(environment, options, { verb: 'annotate', targets: withValues(words, options) });

export const scale: Action = (environment, words, options) => {
  const targets = objectsNamed(words, options);
  const fixed = targets.find(({ kind }) => !SCALABLE.has(kind));
  if (fixed !== undefined) throw wrong(`a ${fixed.kind} has no replicas to set`);
  const replicas = Number(options.replicas);
  return changeLab(environment, options, { verb: 'scale', targets: targets.map((each) => ({ ...each, replicas })) });
};

const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']);

function targetsIn({ objects }: ReadApplied): ObjectReference[] {
  const { namespaces, pods, workloads, networkPolicies } = objects;
  return [...networkPolicies, ...workloads, ...pods, ...namespaces].map((object) => {
    const name = 'namespace' in object ? objectKey(object) : object.name;
    return objectNamed(object.kind, name, []);
  });
}

function readOrThrow(environment: Environment): ReadApplied {
  const { paths, files, reading, diagnostics } = environment.given;
  if (paths.length === 0) throw wrong('name what is to be applied: `-f FILE`, a folder, or `-` for standard input');
  const read = readApplied(paths, files, reading);
  printDiagnostics(environment, [...diagnostics, ...read.diagnostics], sourcesOf(read.files));
  if (read.diagnostics.some(({ severity }) => severity === 'error')) throw new DiagnosticError('input', []);
  return read;
}

async function changeLab(
  environment: Environment,
  options: Options,
  request: LiveRequest,
  files: readonly SourceFile[] = [],
): Promise<ExitCode> {
  const reply = await askLab(await heldRun(environment, options), request, liveReplySchema);
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
