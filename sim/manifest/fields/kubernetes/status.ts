/** What a cluster writes about its objects; `kubectl get -o yaml` prints it. Kubernetes 1.36. */
import type { WrittenDecisions } from '../decision.ts';

export const status: Readonly<Record<string, WrittenDecisions>> = {
  ContainerExtendedResourceRequest: { noPacket: 'containerName requestName resourceName' },
  ContainerState: {
    noPacket: `running:ContainerStateRunning terminated:ContainerStateTerminated waiting:ContainerStateWaiting`,
  },
  ContainerStateRunning: { noPacket: 'startedAt' },
  ContainerStateTerminated: { noPacket: 'containerID exitCode:int32 finishedAt message reason signal:int32 startedAt' },
  ContainerStateWaiting: { noPacket: 'message reason' },
  ContainerStatus: {
    noPacket: `allocatedResources:{}quantity allocatedResourcesStatus:[]ResourceStatus containerID image imageID lastState:ContainerState
      name ready:boolean resources:ResourceRequirements restartCount:int32 started:boolean state:ContainerState stopSignal
      user:ContainerUser volumeMounts:[]VolumeMountStatus`,
  },
  ContainerUser: { noPacket: 'linux:LinuxContainerUser' },
  CronJobStatus: { noPacket: 'active:[]ObjectReference lastScheduleTime lastSuccessfulTime' },
  DaemonSetCondition: { noPacket: 'lastTransitionTime message reason status type' },
  DaemonSetStatus: {
    noPacket: `collisionCount:int32 conditions:[]DaemonSetCondition currentNumberScheduled:int32 desiredNumberScheduled:int32 numberAvailable:int32
      numberMisscheduled:int32 numberReady:int32 numberUnavailable:int32 observedGeneration:int64 updatedNumberScheduled:int32`,
  },
  DeploymentCondition: { noPacket: 'lastTransitionTime lastUpdateTime message reason status type' },
  DeploymentStatus: {
    noPacket: `availableReplicas:int32 collisionCount:int32 conditions:[]DeploymentCondition observedGeneration:int64 readyReplicas:int32 replicas:int32
      terminatingReplicas:int32 unavailableReplicas:int32 updatedReplicas:int32`,
  },
  HostIP: { modelled: `ip` },
  ImageVolumeStatus: { noPacket: 'imageRef' },
  JobCondition: { modelled: `status type`, noPacket: `lastProbeTime lastTransitionTime message reason` },
  JobStatus: {
    modelled: `conditions:[]JobCondition`,
    noPacket: `active:int32 completedIndexes completionTime failed:int32 failedIndexes ready:int32 startTime succeeded:int32 terminating:int32
      uncountedTerminatedPods:UncountedTerminatedPods`,
  },
  LinuxContainerUser: { noPacket: 'gid:int64 supplementalGroups:[]int64 uid:int64' },
  NamespaceCondition: { noPacket: 'lastTransitionTime message reason status type' },
  NamespaceStatus: { noPacket: 'conditions:[]NamespaceCondition phase' },
  NodeAllocatableResourceClaimStatus: { noPacket: 'containers:[]text resourceClaimName resources:{}quantity' },
  ObjectReference: { noPacket: 'apiVersion fieldPath kind name namespace resourceVersion uid' },
  PodCondition: {
    modelled: `message status type`,
    noPacket: `lastProbeTime lastTransitionTime observedGeneration:int64 reason`,
  },
  PodExtendedResourceClaimStatus: { noPacket: 'requestMappings:[]ContainerExtendedResourceRequest resourceClaimName' },
  PodIP: { modelled: `ip` },
  PodResourceClaimStatus: { noPacket: 'name resourceClaimName' },
  PodStatus: {
    modelled: `conditions:[]PodCondition hostIP hostIPs:[]HostIP phase podIP podIPs:[]PodIP`,
    noPacket: `allocatedResources:{}quantity containerStatuses:[]ContainerStatus ephemeralContainerStatuses:[]ContainerStatus
      extendedResourceClaimStatus:PodExtendedResourceClaimStatus initContainerStatuses:[]ContainerStatus
      message nodeAllocatableResourceClaimStatuses:[]NodeAllocatableResourceClaimStatus nominatedNodeName
      observedGeneration:int64 qosClass reason resize resourceClaimStatuses:[]PodResourceClaimStatus
      resources:ResourceRequirements startTime`,
  },
  ReplicaSetCondition: { noPacket: 'lastTransitionTime message reason status type' },
  ReplicaSetStatus: {
    noPacket: `availableReplicas:int32 conditions:[]ReplicaSetCondition fullyLabeledReplicas:int32 observedGeneration:int64 readyReplicas:int32
      replicas:int32 terminatingReplicas:int32`,
  },
  ReplicationControllerCondition: { noPacket: 'lastTransitionTime message reason status type' },
  ReplicationControllerStatus: {
    noPacket: `availableReplicas:int32 conditions:[]ReplicationControllerCondition fullyLabeledReplicas:int32 observedGeneration:int64
      readyReplicas:int32 replicas:int32`,
  },
  ResourceHealth: { noPacket: 'health message resourceID' },
  ResourceStatus: { noPacket: 'name resources:[]ResourceHealth' },
  StatefulSetCondition: { noPacket: 'lastTransitionTime message reason status type' },
  StatefulSetStatus: {
    noPacket: `availableReplicas:int32 collisionCount:int32 conditions:[]StatefulSetCondition currentReplicas:int32 currentRevision
      observedGeneration:int64 readyReplicas:int32 replicas:int32 updateRevision updatedReplicas:int32`,
  },
  UncountedTerminatedPods: { noPacket: 'failed:[]text succeeded:[]text' },
  VolumeMountStatus: { noPacket: 'mountPath name readOnly:boolean recursiveReadOnly volumeStatus:VolumeStatus' },
  VolumeStatus: { noPacket: 'image:ImageVolumeStatus' },
};
