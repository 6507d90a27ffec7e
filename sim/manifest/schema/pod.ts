/** Pod, pod template, container: every field of the API is known (`fields/`), the ones that decide about the network are checked. */
import { z } from 'zod';
import { emptyIsAbsent, problem, rule } from '../check-schema.ts';
import { dnsLabelProblem, portNameProblem } from '../names.ts';
import { unreadFields } from '../fields/decided-fields.ts';
import { templateMetadata } from './metadata.ts';
import { affinity, schedulingGate, toleration, topologySpreadConstraint } from './scheduling.ts';

const port = z.int().min(1).max(65535);

export const containerPort = z.strictObject({
  ...unreadFields('ContainerPort'),
  containerPort: port,
  name: emptyIsAbsent(
    rule('E211', (name) => {
      const wrong = portNameProblem(name);
      return wrong === null ? null : `is not a port name: it ${wrong}`;
    }),
  ),
  protocol: emptyIsAbsent(z.enum(['TCP', 'UDP', 'SCTP'])),
  hostPort: z.int().min(0).max(65535).optional(),
});

export const container = z.strictObject({
  ...unreadFields('Container'),
  name: rule('E208', (name) => {
    const wrong = dnsLabelProblem(name);
    return wrong === null ? null : `is not a container name: it ${wrong}`;
  }),
  ports: z
    .array(containerPort)
    .superRefine((ports, context) => {
      const named = ports.map(({ name }) => name ?? '');
      refuseTwice(named, context, 'E211', (at) => [at, 'name'], 'port name');
    })
    .optional(),
  restartPolicy: z.string().optional(),
});

/** Names that the API server wants once (validateContainerPorts, validateContainers of pkg/apis/core/validation). */
function refuseTwice(
  names: readonly string[],
  context: Parameters<typeof problem>[0],
  code: 'E208' | 'E211',
  pathOf: (at: number) => (string | number)[],
  what: string,
): void {
  for (const [at, name] of names.entries()) {
    if (name === '' || names.indexOf(name) === at) continue;
    problem(context, code, pathOf(at), `${what} \`${name}\` is there already`, 'give each another name');
  }
}

/** Init containers may not have a name of the others either. */
function refuseContainersTwice(
  {
    containers,
    initContainers = [],
  }: { containers: { name: string }[]; initContainers?: { name: string }[] | undefined },
  context: Parameters<typeof problem>[0],
): void {
  const names = [...containers, ...initContainers].map(({ name }) => name);
  const pathOf = (at: number): (string | number)[] =>
    at < containers.length ? ['containers', at, 'name'] : ['initContainers', at - containers.length, 'name'];
  refuseTwice(names, context, 'E208', pathOf, 'container');
}

export const podSpec = z
  .strictObject({
    ...unreadFields('PodSpec'),
    affinity: affinity.optional(),
    containers: z.array(container).min(1),
    initContainers: z.array(container).optional(),
    nodeName: emptyIsAbsent(z.string()),
    nodeSelector: z.record(z.string(), z.string()).optional(),
    hostNetwork: z.boolean().optional(),
    os: z.strictObject({ name: z.string() }).optional(),
    schedulerName: emptyIsAbsent(z.string()),
    schedulingGates: z.array(schedulingGate).optional(),
    tolerations: z.array(toleration).optional(),
    topologySpreadConstraints: z.array(topologySpreadConstraint).optional(),
  })
  .superRefine(refuseContainersTwice);

export const podTemplate = z.strictObject({ metadata: templateMetadata.optional(), spec: podSpec });
