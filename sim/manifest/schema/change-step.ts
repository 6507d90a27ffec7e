/** Steps that change the living cluster, as they are written: `delete`, `restart`, `label`, `annotate`, `scale`. */
import * as z from 'zod';
import { problem, rule } from '../check-schema.ts';
import { MOST_PODS } from '../objects/most-of-a-file.ts';
import { dnsLabelProblem, labelValueProblem, qualifiedNameProblem } from '../objects/names.ts';
import { parseParty } from '../scenario/party.ts';

const OBJECT_HELP = 'write `name` or `namespace/name`; of pods also a workload, or one of its replicas: `test[0]`';

const objectName = rule('E216', (text) => (parseParty(text, [])?.kind === 'pod' ? null : 'is no name'), OBJECT_HELP);
const namespaceName = rule('E208', (name) => {
  const wrong = dnsLabelProblem(name);
  return wrong === null ? null : `is not a valid namespace: it ${wrong}`;
});

/** The key that says of which kind the object is -> the kind. */
export const workloadKeys = {
  deployment: 'Deployment',
  statefulSet: 'StatefulSet',
  replicaSet: 'ReplicaSet',
  replicationController: 'ReplicationController',
  daemonSet: 'DaemonSet',
  job: 'Job',
  cronJob: 'CronJob',
} as const;

const workloads = {
  deployment: objectName.optional(),
  statefulSet: objectName.optional(),
  replicaSet: objectName.optional(),
  replicationController: objectName.optional(),
  daemonSet: objectName.optional(),
  job: objectName.optional(),
  cronJob: objectName.optional(),
};
const pod = { pod: objectName.optional() };
const namespace = { namespace: namespaceName.optional() };

/** By key; null takes the key away. (To the reader of a document a null is a field that was not written.) */
const values = (what: 'label' | 'annotation', valueProblem: (value: string) => string | null) =>
  z
    .record(z.string(), z.string().nullable().optional())
    .superRefine((written, context) => {
      for (const [key, value] of Object.entries(written)) {
        const wrong = qualifiedNameProblem(key);
        if (wrong !== null) problem(context, 'E209', [key], `${what} key \`${key}\` ${wrong}`);
        const wrongValue = value == null ? null : valueProblem(value);
        if (wrongValue !== null)
          problem(context, 'E209', [key], `\`${value ?? ''}\` is not a ${what} value: it ${wrongValue}`);
      }
    })
    .transform((written) => Object.fromEntries(Object.entries(written).map(([key, value]) => [key, value ?? null])));

/** Exactly one of the keys that name an object. */
function naming<Shape extends z.ZodRawShape>(shape: Shape, keys: readonly string[]) {
  return z.strictObject(shape).superRefine((written, context) => {
    const said = keys.filter((key) => (written as Record<string, unknown>)[key] !== undefined);
    if (said.length === 1) return;
    const example = keys[0] ?? 'pod';
    const message = said.length === 0 ? 'it names no object' : `it names several objects: ${said.join(', ')}`;
    problem(context, 'E203', said.slice(1, 2), message, `write one of ${keys.join(', ')}: \`${example}: NAME\``);
  });
}

/** One, or several at once. */
function oneOrSeveral<Schema extends z.ZodType>(schema: Schema) {
  return z.union([z.array(schema).min(1), schema]);
}

const workloadNames = Object.keys(workloads);

export const deleteStep = z
  .array(
    z.union([
      z.string(),
      naming({ networkPolicy: objectName.optional(), ...pod, ...workloads, ...namespace }, [
        'networkPolicy',
        'pod',
        ...workloadNames,
        'namespace',
      ]),
    ]),
  )
  .min(1);

export const restartStep = oneOrSeveral(naming({ ...pod, ...workloads }, ['pod', ...workloadNames]));

export const labelStep = oneOrSeveral(
  naming({ ...pod, ...workloads, ...namespace, labels: values('label', labelValueProblem) }, [
    'pod',
    'namespace',
    ...workloadNames,
  ]),
);

export const annotateStep = oneOrSeveral(
  naming({ ...pod, ...workloads, annotations: values('annotation', () => null) }, ['pod', ...workloadNames]),
);

const { deployment, statefulSet, replicaSet, replicationController } = workloads;

export const scaleStep = oneOrSeveral(
  naming({ deployment, statefulSet, replicaSet, replicationController, replicas: z.int().min(0).max(MOST_PODS) }, [
    'deployment',
    'statefulSet',
    'replicaSet',
    'replicationController',
  ]),
);
