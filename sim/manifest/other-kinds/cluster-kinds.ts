/**
 * Every kind that an API server of Kubernetes 1.36 can be made to serve of itself, by `apiVersion`: of k8s.io/api 1.36 what no
 * older release has removed. Of the kinds of a request only those are here that people apply.
 */
const SERVED: Readonly<Record<string, string>> = {
  v1: `Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim
    Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount`,
  'admissionregistration.k8s.io/v1': `MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration
    ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration`,
  'admissionregistration.k8s.io/v1beta1': 'MutatingAdmissionPolicy MutatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/v1alpha1': 'MutatingAdmissionPolicy MutatingAdmissionPolicyBinding',
  'apiextensions.k8s.io/v1': 'CustomResourceDefinition',
  'apiregistration.k8s.io/v1': 'APIService',
  'apps/v1': 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  'authentication.k8s.io/v1': 'SelfSubjectReview TokenRequest TokenReview',
  'authorization.k8s.io/v1': `LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview
    SubjectAccessReview`,
  'autoscaling/v2': 'HorizontalPodAutoscaler',
  'autoscaling/v1': 'HorizontalPodAutoscaler Scale',
  'batch/v1': 'CronJob Job',
  'certificates.k8s.io/v1': 'CertificateSigningRequest',
  'certificates.k8s.io/v1beta1': 'ClusterTrustBundle PodCertificateRequest',
  'certificates.k8s.io/v1alpha1': 'ClusterTrustBundle',
  'coordination.k8s.io/v1': 'Lease',
  'coordination.k8s.io/v1beta1': 'LeaseCandidate',
  'coordination.k8s.io/v1alpha2': 'LeaseCandidate',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'events.k8s.io/v1': 'Event',
  'flowcontrol.apiserver.k8s.io/v1': 'FlowSchema PriorityLevelConfiguration',
  'internal.apiserver.k8s.io/v1alpha1': 'StorageVersion',
  'networking.k8s.io/v1': 'IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR',
  'networking.k8s.io/v1beta1': 'IPAddress ServiceCIDR',
  'node.k8s.io/v1': 'RuntimeClass',
  'policy/v1': 'Eviction PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'resource.k8s.io/v1': 'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice',
  'resource.k8s.io/v1beta2': 'DeviceClass DeviceTaintRule ResourceClaim ResourceClaimTemplate ResourceSlice',
  'resource.k8s.io/v1beta1': 'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice',
  'resource.k8s.io/v1alpha3': 'DeviceTaintRule ResourcePoolStatusRequest',
  'scheduling.k8s.io/v1': 'PriorityClass',
  'scheduling.k8s.io/v1alpha2': 'PodGroup Workload',
  'storage.k8s.io/v1': 'CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass',
  'storage.k8s.io/v1beta1': 'VolumeAttributesClass',
  'storagemigration.k8s.io/v1beta1': 'StorageVersionMigration',
};

/** What clusters had once, by group; 1.36 serves no version of it. */
const GONE: Readonly<Record<string, string>> = {
  'auditregistration.k8s.io': 'AuditSink',
  extensions: 'DaemonSet Deployment Ingress NetworkPolicy PodSecurityPolicy ReplicaSet',
  'networking.k8s.io': 'ClusterCIDR',
  policy: 'PodSecurityPolicy',
  'resource.k8s.io': `PodScheduling PodSchedulingContext ResourceClaimParameters ResourceClass
    ResourceClassParameters`,
  'settings.k8s.io': 'PodPreset',
};

/** Kinds by group, those that are gone among them; `''` is the core. */
export const clusterKinds: ReadonlyMap<string, ReadonlySet<string>> = byGroup();

function byGroup(): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  const served = Object.entries(SERVED).map(([apiVersion, text]) => [groupOf(apiVersion), text] as const);
  for (const [group, text] of [...served, ...Object.entries(GONE)]) {
    groups.set(group, new Set([...(groups.get(group) ?? []), ...kindsIn(text)]));
  }
  return groups;
}

/**
 * Of a kind of a cluster's own group, whether its version is one that is not served.
 * @returns null: it is served, or is none of a cluster; else where else it is served, the most stable first
 */
export function notServed(kind: string, apiVersion: string): { readonly instead: string | null } | null {
  const isKnown = clusterKinds.get(groupOf(apiVersion))?.has(kind) === true;
  if (!isKnown || kindsIn(SERVED[apiVersion] ?? '').includes(kind)) return null;
  const homes = Object.keys(SERVED).filter((home) => kindsIn(SERVED[home] ?? '').includes(kind));
  const instead = homes.find((home) => groupOf(home) === groupOf(apiVersion)) ?? homes[0] ?? null;
  return { instead };
}

function kindsIn(text: string): string[] {
  return text.split(/\s+/);
}

/** `apps` of `apps/v1`, `''` of `v1`. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
