/**
 * Pod, pod template, container: every field of the API is known (`fields/`), the ones that decide about the network are
 * checked, and so is what the API server refuses a pod or a template for: no pod comes of it.
 */
import * as z from 'zod';
import { emptyIsAbsent, emptyIsMissing, problem, rule, type Refining } from '../check-schema.ts';
import { dnsLabelProblem, dottedSysctl, portNameProblem } from '../objects/names.ts';
import { LAST_PORT } from '../objects/port-number.ts';
import { unreadFields } from '../fields/decided-fields.ts';
import { refuseByContainers, refuseMounts } from './container-rules.ts';
import { templateMetadata } from './metadata.ts';
import { affinity, schedulingGate, toleration, topologySpreadConstraint } from './scheduling.ts';

const port = z.int().min(1).max(LAST_PORT);

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'] as const;

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
  hostPort: z.int().min(0).max(LAST_PORT).optional(),
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
  // Of an init container `Always` makes it a sidecar; others may have any of the three since ContainerRestartRules (1.35).
  restartPolicy: z.enum(RESTART_POLICIES).optional(),
  // Templates may not leave it out either, be it that their controller's pods alone are refused (of a StatefulSet).
  image: emptyIsMissing(z.string()),
  imagePullPolicy: emptyIsAbsent(z.enum(['Always', 'IfNotPresent', 'Never'])),
});

/** Names that the API server wants once (validateContainerPorts, validateContainers of pkg/apis/core/validation). */
function refuseTwice(
  names: readonly string[],
  context: Refining,
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
  context: Refining,
): void {
  const names = [...containers, ...initContainers].map(({ name }) => name);
  const pathOf = (at: number): (string | number)[] =>
    at < containers.length ? ['containers', at, 'name'] : ['initContainers', at - containers.length, 'name'];
  refuseTwice(names, context, 'E208', pathOf, 'container');
}

/**
 * A port of the node is taken once, and in a pod of the host network it is the container's own, also where none is written
 * (`validatePodHostNetworkDeps`, `checkHostPortConflicts` of pkg/apis/core/validation).
 */
function refuseHostPorts(
  { containers, hostNetwork = false }: { containers: z.output<typeof container>[]; hostNetwork?: boolean | undefined },
  context: Refining,
): void {
  const taken = new Set<string>();
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, port] of ports.entries()) {
      const { containerPort: own, hostPort: written = 0, protocol = 'TCP' } = port;
      const { hostIP = '' } = port as { hostIP?: unknown };
      const hostPort = written === 0 && hostNetwork ? own : written;
      if (hostPort === 0) continue;
      const path = ['containers', i, 'ports', j, written === 0 ? 'containerPort' : 'hostPort'];
      if (hostNetwork && hostPort !== own) {
        const message = `\`hostPort\` ${hostPort} must be \`containerPort\` ${own} in a pod of the host network`;
        problem(context, 'E211', path, message, 'remove `hostPort`, or write the same number twice');
      }
      const place = JSON.stringify([protocol, hostIP, hostPort]);
      if (taken.has(place)) {
        problem(context, 'E211', path, `port ${hostPort} of the node is taken already`, 'give each another number');
      }
      taken.add(place);
    }
  }
}

const SYSCTL_NAME = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

/** As validateSysctls of pkg/apis/core/validation has it. */
const sysctls = z
  .array(
    z.strictObject({
      name: rule(
        'E208',
        (name) => (name.length <= 253 && SYSCTL_NAME.test(name) ? null : 'is not the name of a sysctl'),
        'write a name such as `net.ipv4.tcp_rmem`',
      ),
      value: z.string(),
    }),
  )
  .superRefine((written, context) => {
    const names = written.map(({ name }) => dottedSysctl(name));
    refuseTwice(names, context, 'E208', (at) => [at, 'name'], 'sysctl');
  });

/** The namespaces of Linux that a pod may share with its node, and the sysctls that are then the node's (pkg/kubelet/sysctl). */
const SHARED = [
  { field: 'hostIPC', sysctls: /^(kernel\.(shm|msg).*|kernel\.sem|fs\.mqueue\..*)$/ },
  { field: 'hostNetwork', sysctls: /^net\./ },
] as const;

/** As ValidateHostSysctl of pkg/apis/core/validation has it, and every kubelet. */
function refuseSysctlsOfTheNode(spec: object, context: Refining): void {
  const { securityContext = {} } = spec as { securityContext?: { sysctls?: readonly { name: string }[] } };
  for (const [i, { name }] of (securityContext.sysctls ?? []).entries()) {
    const shared = SHARED.find(
      ({ field, sysctls: own }) =>
        own.test(dottedSysctl(name)) && (spec as Readonly<Record<string, unknown>>)[field] === true,
    );
    if (shared === undefined) continue;
    const message = `sysctl \`${name}\` is the node's where \`${shared.field}\` is true, and no pod may set it`;
    problem(context, 'E443', ['securityContext', 'sysctls', i, 'name'], message, `remove it, or \`${shared.field}\``);
  }
}

/** @param restartPolicy what whoever makes the pods lets them have */
function podSpecWith<Policy extends z.ZodType>(restartPolicy: Policy) {
  return z
    .strictObject({
      ...unreadFields('PodSpec'),
      affinity: affinity.optional(),
      containers: z.array(container).min(1),
      initContainers: z.array(container).optional(),
      nodeName: emptyIsAbsent(z.string()),
      nodeSelector: z.record(z.string(), z.string()).optional(),
      hostNetwork: z.boolean().optional(),
      os: z.strictObject({ name: z.string() }).optional(),
      restartPolicy,
      schedulerName: emptyIsAbsent(z.string()),
      schedulingGates: z.array(schedulingGate).optional(),
      securityContext: z
        .strictObject({ ...unreadFields('PodSecurityContext'), sysctls: sysctls.optional() })
        .optional(),
      tolerations: z.array(toleration).optional(),
      topologySpreadConstraints: z.array(topologySpreadConstraint).optional(),
    })
    .superRefine(refuseContainersTwice)
    .superRefine(refuseHostPorts)
    .superRefine(refuseSysctlsOfTheNode)
    .superRefine(refuseByContainers);
}

/** Of a pod whose volumes are all its own. */
function mountsItsOwn(spec: { readonly containers: readonly object[] }, context: Refining): void {
  refuseMounts(spec, [], context);
}

export const podSpec = podSpecWith(emptyIsAbsent(z.enum(RESTART_POLICIES))).superRefine(mountsItsOwn);

function podTemplateOf<Spec extends z.ZodType>(spec: Spec) {
  return z.strictObject({ metadata: templateMetadata.optional(), spec });
}

const lastingSpec = podSpecWith(emptyIsAbsent(z.enum(['Always']))).superRefine((spec, context) => {
  if ((spec as { activeDeadlineSeconds?: unknown }).activeDeadlineSeconds === undefined) return;
  problem(
    context,
    'E223',
    ['activeDeadlineSeconds'],
    '`activeDeadlineSeconds` must not be set in the template of pods that are always started again',
    'remove it; a Job may have it',
  );
});

/** Of pods that are there until they are taken away. */
export const lastingTemplate = podTemplateOf(lastingSpec.superRefine(mountsItsOwn));

/** As `lastingTemplate`, of pods that get volumes besides. */
export const claimingTemplate = podTemplateOf(lastingSpec);

/** Of pods that come to an end: left out, the policy would be `Always`. */
export const endingTemplate = podTemplateOf(
  podSpecWith(emptyIsMissing(z.enum(['OnFailure', 'Never']))).superRefine(mountsItsOwn),
);
