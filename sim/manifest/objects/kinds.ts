/** The kinds that are modelled: their API version, the rule of their names, and the schema of what they say. */
import * as z from 'zod';
import { shapeOf } from '../fields/decided-fields.ts';
import { dnsLabelProblem, dnsSubdomainProblem } from './names.ts';
import { metadata, namedMetadata } from '../schema/metadata.ts';
import { networkAttachmentDefinitionSpec } from '../schema/multus.ts';
import { networkPolicySpec } from '../schema/network-policy.ts';
import { nodeSpec } from '../schema/node.ts';
import { podSpec } from '../schema/pod.ts';
import { scenarioSpec, SCENARIO_API_VERSION } from '../schema/scenario.ts';
import {
  spiderCoordinatorSpec,
  spiderIPPoolSpec,
  spiderMultusConfigSpec,
  spiderReservedIPSpec,
  spiderSubnetSpec,
} from '../schema/spiderpool.ts';
import {
  cronJobSpec,
  daemonSetSpec,
  deploymentSpec,
  jobSpec,
  replicaSetSpec,
  replicationControllerSpec,
  statefulSetSpec,
} from '../schema/workloads.ts';

/** `scope` Cluster: lives in no namespace. */
function kind<Spec extends z.ZodType>(
  apiVersion: string,
  spec: Spec,
  nameProblemOf: (name: string) => string | null,
  scope: 'Namespaced' | 'Cluster' = 'Namespaced',
) {
  return kindWith(apiVersion, spec, metadata(nameProblemOf), scope);
}

/** Of Kubernetes itself, with a status of that type: the decoder refuses what is not of its shape. */
function kindWithStatus<Spec extends z.ZodType>(status: string, ...args: Parameters<typeof kind<Spec>>) {
  const [apiVersion, spec, nameProblemOf, scope = 'Namespaced'] = args;
  return kindWith(apiVersion, spec, metadata(nameProblemOf), scope, shapeOf(status));
}

function kindWith<Spec extends z.ZodType, Metadata extends z.ZodType>(
  apiVersion: string,
  spec: Spec,
  metadataSchema: Metadata,
  scope: 'Namespaced' | 'Cluster',
  status: z.ZodType = z.unknown(),
) {
  const schema = z.strictObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: metadataSchema,
    spec,
    // Written by the API server and by controllers; `kubectl get -o yaml` prints it.
    status: status.optional(),
  });
  return { apiVersion, schema, scope };
}

const namespaceSpec = shapeOf('NamespaceSpec') as z.ZodType<Record<string, unknown>>;

export const kinds = {
  Namespace: kindWithStatus('NamespaceStatus', 'v1', namespaceSpec.optional(), dnsLabelProblem, 'Cluster'),
  Node: kindWithStatus('NodeStatus', 'v1', nodeSpec.optional(), dnsSubdomainProblem, 'Cluster'),
  Pod: kindWithStatus('PodStatus', 'v1', podSpec, dnsSubdomainProblem),
  ReplicationController: kindWithStatus(
    'ReplicationControllerStatus',
    'v1',
    replicationControllerSpec,
    dnsSubdomainProblem,
  ),
  Deployment: kindWithStatus('DeploymentStatus', 'apps/v1', deploymentSpec, dnsSubdomainProblem),
  ReplicaSet: kindWithStatus('ReplicaSetStatus', 'apps/v1', replicaSetSpec, dnsSubdomainProblem),
  StatefulSet: kindWithStatus('StatefulSetStatus', 'apps/v1', statefulSetSpec, dnsLabelProblem),
  DaemonSet: kindWithStatus('DaemonSetStatus', 'apps/v1', daemonSetSpec, dnsSubdomainProblem),
  Job: kindWithStatus('JobStatus', 'batch/v1', jobSpec, dnsSubdomainProblem),
  CronJob: kindWithStatus('CronJobStatus', 'batch/v1', cronJobSpec, dnsSubdomainProblem),
  NetworkPolicy: kind('networking.k8s.io/v1', networkPolicySpec.optional(), dnsSubdomainProblem),
  NetworkAttachmentDefinition: kind(
    'k8s.cni.cncf.io/v1',
    networkAttachmentDefinitionSpec.optional(),
    dnsSubdomainProblem,
  ),
  SpiderMultusConfig: kind('spiderpool.spidernet.io/v2beta1', spiderMultusConfigSpec, dnsSubdomainProblem),
  SpiderIPPool: kind('spiderpool.spidernet.io/v2beta1', spiderIPPoolSpec, dnsSubdomainProblem, 'Cluster'),
  SpiderReservedIP: kind('spiderpool.spidernet.io/v2beta1', spiderReservedIPSpec, dnsSubdomainProblem, 'Cluster'),
  SpiderCoordinator: kind('spiderpool.spidernet.io/v2beta1', spiderCoordinatorSpec, dnsSubdomainProblem, 'Cluster'),
  SpiderSubnet: kind('spiderpool.spidernet.io/v2beta1', spiderSubnetSpec, dnsSubdomainProblem, 'Cluster'),
  // Has a status alone, which Spiderpool writes.
  SpiderEndpoint: kind('spiderpool.spidernet.io/v2beta1', z.undefined().optional(), dnsSubdomainProblem),
  Scenario: kindWith(SCENARIO_API_VERSION, scenarioSpec, namedMetadata(dnsSubdomainProblem), 'Cluster'),
} as const;

export type ModelledKind = keyof typeof kinds;

export function isModelled(name: string): name is ModelledKind {
  return Object.hasOwn(kinds, name);
}
