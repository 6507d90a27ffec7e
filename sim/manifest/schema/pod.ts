/** Pod, pod template, container: every field of the API is known (`fields/`), the ones that decide about the network are checked. */
import { z } from 'zod';
import { emptyIsAbsent, rule } from '../check-schema.ts';
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
  ports: z.array(containerPort).optional(),
  restartPolicy: z.string().optional(),
});

export const podSpec = z.strictObject({
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
});

export const podTemplate = z.strictObject({ metadata: templateMetadata.optional(), spec: podSpec });
