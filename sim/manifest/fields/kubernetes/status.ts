/** What a cluster writes about its objects; `kubectl get -o yaml` prints it. Kubernetes 1.36. */
import type { WrittenDecisions } from '../decision.ts';

export const status: Readonly<Record<string, WrittenDecisions>> = {
  ContainerExtendedResourceRequest: { noPacket: 'containerName requestName resourceName' },
  ContainerState: {
    noPacket: `running:ContainerStateRunning terminated:ContainerStateTerminated waiting:ContainerStateWaiting`,
  },
  ContainerStateRunning: { noPacket: 'startedAt' },
  ContainerStateTerminated: { noPacket: 'containerID exitCode finishedAt message reason signal startedAt' },
  ContainerStateWaiting: { noPacket: 'message reason' },
  ContainerStatus: {
    noPacket: `allocatedResources allocatedResourcesStatus:ResourceStatus containerID image imageID lastState:ContainerState
      name ready resources:ResourceRequirements restartCount started state:ContainerState stopSignal
      user:ContainerUser volumeMounts:VolumeMountStatus`,
  },
  ContainerUser: { noPacket: 'linux:LinuxContainerUser' },
  CronJobStatus: { noPacket: 'active:ObjectReference lastScheduleTime lastSuccessfulTime' },
  DaemonSetCondition: { noPacket: 'lastTransitionTime message reason status type' },
  DaemonSetStatus: {
    noPacket: `collisionCount conditions:DaemonSetCondition currentNumberScheduled desiredNumberScheduled numberAvailable
      numberMisscheduled numberReady numberUnavailable observedGeneration updatedNumberScheduled`,
  },
  DeploymentCondition: { noPacket: 'lastTransitionTime lastUpdateTime message reason status type' },
  DeploymentStatus: {
    noPacket: `availableReplicas collisionCount conditions:DeploymentCondition observedGeneration readyReplicas replicas
      terminatingReplicas unavailableReplicas updatedReplicas`,
  },
  HostIP: { modelled: `ip` },
  ImageVolumeStatus: { noPacket: 'imageRef' },
  JobCondition: { modelled: `status type`, noPacket: `lastProbeTime lastTransitionTime message reason` },
  JobStatus: {
    modelled: `conditions:JobCondition`,
    noPacket: `active completedIndexes completionTime failed failedIndexes ready startTime succeeded terminating
      uncountedTerminatedPods:UncountedTerminatedPods`,
  },
  LinuxContainerUser: { noPacket: 'gid supplementalGroups uid' },
  NamespaceCondition: { noPacket: 'lastTransitionTime message reason status type' },
  NamespaceStatus: { noPacket: 'conditions:NamespaceCondition phase' },
  NodeAllocatableResourceClaimStatus: { noPacket: 'containers resourceClaimName resources' },
  ObjectReference: { noPacket: 'apiVersion fieldPath kind name namespace resourceVersion uid' },
  PodCondition: {
    modelled: `message status type`,
    noPacket: `lastProbeTime lastTransitionTime observedGeneration reason`,
  },
  PodExtendedResourceClaimStatus: { noPacket: 'requestMappings:ContainerExtendedResourceRequest resourceClaimName' },
  PodIP: { modelled: `ip` },
  PodResourceClaimStatus: { noPacket: 'name resourceClaimName' },
  PodStatus: {
    modelled: `conditions:PodCondition hostIP hostIPs:HostIP phase podIP podIPs:PodIP`,
    noPacket: `allocatedResources containerStatuses:ContainerStatus ephemeralContainerStatuses:ContainerStatus
      extendedResourceClaimStatus:PodExtendedResourceClaimStatus initContainerStatuses:ContainerStatus
      message nodeAllocatableResourceClaimStatuses:NodeAllocatableResourceClaimStatus nominatedNodeName
      observedGeneration qosClass reason resize resourceClaimStatuses:PodResourceClaimStatus
      resources:ResourceRequirements startTime`,
  },
  ReplicaSetCondition: { noPacket: 'lastTransitionTime message reason status type' },
  ReplicaSetStatus: {
    noPacket: `availableReplicas conditions:ReplicaSetCondition fullyLabeledReplicas observedGeneration readyReplicas
      replicas terminatingReplicas`,
  },
  ReplicationControllerCondition: { noPacket: 'lastTransitionTime message reason status type' },
  ReplicationControllerStatus: {
    noPacket: `availableReplicas conditions:ReplicationControllerCondition fullyLabeledReplicas observedGeneration
      readyReplicas replicas`,
  },
  ResourceHealth: { noPacket: 'health message resourceID' },
  ResourceStatus: { noPacket: 'name resources:ResourceHealth' },
  StatefulSetCondition: { noPacket: 'lastTransitionTime message reason status type' },
  StatefulSetStatus: {
    noPacket: `availableReplicas collisionCount conditions:StatefulSetCondition currentReplicas currentRevision
      observedGeneration readyReplicas replicas updateRevision updatedReplicas`,
  },
  UncountedTerminatedPods: { noPacket: 'failed succeeded' },
  VolumeMountStatus: { noPacket: 'mountPath name readOnly recursiveReadOnly volumeStatus:VolumeStatus' },
  VolumeStatus: { noPacket: 'image:ImageVolumeStatus' },
};
