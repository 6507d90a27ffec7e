import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { kinds } from '../kinds.ts';
import { labelSelector } from './label-selector.ts';
import { templateMetadata } from './metadata.ts';
import { container, containerPort, podSpec, podTemplate } from './pod.ts';
import { networkPolicySpec } from './network-policy.ts';
import { nodeSpec } from './node.ts';
import {
  affinity,
  nodeAffinity,
  nodeSelectorTerm,
  nodeTaint,
  podAffinityTerm,
  toleration,
  topologySpreadConstraint,
} from './scheduling.ts';
import {
  cronJobSpec,
  daemonSetSpec,
  deploymentSpec,
  jobSpec,
  replicaSetSpec,
  replicationControllerSpec,
  statefulSetSpec,
} from './workloads.ts';

/** Field names of an interface of the Kubernetes API, as the `kubernetes-types` package has it. */
function apiFields(group: string, name: string): string[] {
  const file = createRequire(import.meta.url).resolve(`kubernetes-types/${group}.d.ts`);
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found = source.statements.find(
    (s): s is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(s) && s.name.text === name,
  );
  return found!.members.map((member) => (member.name as ts.Identifier).text);
}

/** Newer than the API version of the package (1.30). */
const newer: Record<string, string[]> = {
  NodeSpec: ['podPreemptionPolicy'],
  PodSpec: ['hostnameOverride', 'resources', 'workloadRef'],
  Container: ['restartPolicyRules'],
};

describe('every field of the Kubernetes API is known, and no other', () => {
  test.each([
    ['core/v1', 'PodSpec', podSpec],
    ['core/v1', 'Container', container],
    ['core/v1', 'ContainerPort', containerPort],
    ['core/v1', 'PodTemplateSpec', podTemplate],
    ['core/v1', 'ReplicationControllerSpec', replicationControllerSpec],
    ['apps/v1', 'DeploymentSpec', deploymentSpec],
    ['apps/v1', 'ReplicaSetSpec', replicaSetSpec],
    ['apps/v1', 'StatefulSetSpec', statefulSetSpec],
    ['apps/v1', 'DaemonSetSpec', daemonSetSpec],
    ['batch/v1', 'JobSpec', jobSpec],
    ['batch/v1', 'CronJobSpec', cronJobSpec],
    ['meta/v1', 'ObjectMeta', templateMetadata],
    ['meta/v1', 'LabelSelector', labelSelector],
    ['networking/v1', 'NetworkPolicySpec', networkPolicySpec],
    ['core/v1', 'Affinity', affinity],
    ['core/v1', 'NodeAffinity', nodeAffinity],
    ['core/v1', 'NodeSelectorTerm', nodeSelectorTerm],
    ['core/v1', 'PodAffinityTerm', podAffinityTerm],
    ['core/v1', 'Toleration', toleration],
    ['core/v1', 'TopologySpreadConstraint', topologySpreadConstraint],
    ['core/v1', 'Taint', nodeTaint],
    ['core/v1', 'NodeSpec', nodeSpec],
    ['core/v1', 'Pod', kinds.Pod.schema],
  ])('%s %s', (group, name, schema) => {
    expect(Object.keys(schema.shape).sort()).toEqual([...apiFields(group, name), ...(newer[name] ?? [])].sort());
  });
});
