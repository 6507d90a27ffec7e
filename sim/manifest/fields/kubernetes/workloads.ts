/** Namespaces, and the seven kinds that make pods. Kubernetes 1.36, core/v1, apps/v1 and batch/v1. */
import { always, otherThan, type WrittenDecisions } from '../decision.ts';

const ofPods = 'replicas:int32 selector:LabelSelector template:PodTemplateSpec';

export const workloads: Readonly<Record<string, WrittenDecisions>> = {
  Namespace: {
    modelled: 'apiVersion kind metadata:ObjectMeta',
    noPacket: 'spec:NamespaceSpec status:NamespaceStatus',
  },
  NamespaceSpec: { noPacket: 'finalizers:[]text' },
  ReplicationController: {
    modelled: 'apiVersion kind metadata:ObjectMeta spec:ReplicationControllerSpec',
    noPacket: 'status:ReplicationControllerStatus',
  },
  ReplicationControllerSpec: {
    modelled: 'replicas:int32 selector:{}text template:PodTemplateSpec',
    noPacket: 'minReadySeconds:int32',
  },
  Deployment: {
    modelled: 'apiVersion kind metadata:ObjectMeta spec:DeploymentSpec',
    noPacket: 'status:DeploymentStatus',
  },
  DeploymentSpec: {
    modelled: `${ofPods} paused:boolean`,
    noPacket:
      'minReadySeconds:int32 progressDeadlineSeconds:int32 revisionHistoryLimit:int32 strategy:DeploymentStrategy',
  },
  DeploymentStrategy: { noPacket: 'rollingUpdate:RollingUpdateDeployment type' },
  RollingUpdateDeployment: { noPacket: 'maxSurge:integer-or-text maxUnavailable:integer-or-text' },
  ReplicaSet: {
    modelled: 'apiVersion kind metadata:ObjectMeta spec:ReplicaSetSpec',
    noPacket: 'status:ReplicaSetStatus',
  },
  ReplicaSetSpec: { modelled: ofPods, noPacket: 'minReadySeconds:int32' },
  StatefulSet: {
    modelled: 'apiVersion kind metadata:ObjectMeta spec:StatefulSetSpec',
    noPacket: 'status:StatefulSetStatus',
  },
  StatefulSetSpec: {
    modelled: `${ofPods} ordinals:StatefulSetOrdinals`,
    noPacket: `minReadySeconds:int32 persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy
      podManagementPolicy revisionHistoryLimit:int32 serviceName updateStrategy:StatefulSetUpdateStrategy
      volumeClaimTemplates:[]PersistentVolumeClaim`,
  },
  StatefulSetOrdinals: { modelled: 'start:int32' },
  StatefulSetPersistentVolumeClaimRetentionPolicy: { noPacket: 'whenDeleted whenScaled' },
  StatefulSetUpdateStrategy: { noPacket: 'rollingUpdate:RollingUpdateStatefulSetStrategy type' },
  RollingUpdateStatefulSetStrategy: { noPacket: 'maxUnavailable:integer-or-text partition:int32' },
  DaemonSet: {
    modelled: 'apiVersion kind metadata:ObjectMeta spec:DaemonSetSpec',
    noPacket: 'status:DaemonSetStatus',
  },
  DaemonSetSpec: {
    modelled: 'selector:LabelSelector template:PodTemplateSpec',
    noPacket: 'minReadySeconds:int32 revisionHistoryLimit:int32 updateStrategy:DaemonSetUpdateStrategy',
  },
  DaemonSetUpdateStrategy: { noPacket: 'rollingUpdate:RollingUpdateDaemonSet type' },
  RollingUpdateDaemonSet: { noPacket: 'maxSurge:integer-or-text maxUnavailable:integer-or-text' },
  Job: { modelled: 'apiVersion kind metadata:ObjectMeta spec:JobSpec status:JobStatus' },
  JobSpec: {
    modelled: 'completions:int32 parallelism:int32 suspend:boolean template:PodTemplateSpec',
    noPacket: `backoffLimit:int32 backoffLimitPerIndex:int32 manualSelector:boolean maxFailedIndexes:int32 podFailurePolicy:PodFailurePolicy
      podReplacementPolicy selector:LabelSelector successPolicy:SuccessPolicy ttlSecondsAfterFinished:int32`,
    warned: {
      'activeDeadlineSeconds:int64': {
        code: 'W210',
        by: 'reader',
        loss: 'the pods do not end after that time: they are there for the whole run',
        help: 'let a step `delete` the Job',
        concerns: always,
        example: 60,
      },
      completionMode: {
        code: 'W210',
        by: 'reader',
        loss: 'pods get neither the label `batch.kubernetes.io/job-completion-index` nor the host name of their index',
        help: 'let policies select them by other labels',
        concerns: otherThan('NonIndexed'),
        example: 'Indexed',
      },
      managedBy: {
        code: 'W210',
        by: 'reader',
        loss: 'the rules of that controller are not known here: pods are made as the Job controller makes them',
        help: 'write the Jobs or pods that it makes',
        concerns: otherThan('kubernetes.io/job-controller'),
        example: 'kueue.x-k8s.io/multikueue',
      },
    },
  },
  PodFailurePolicy: { noPacket: 'rules:[]PodFailurePolicyRule' },
  PodFailurePolicyRule: {
    noPacket: `action onExitCodes:PodFailurePolicyOnExitCodesRequirement
      onPodConditions:[]PodFailurePolicyOnPodConditionsPattern`,
  },
  PodFailurePolicyOnExitCodesRequirement: { noPacket: 'containerName operator values:[]int32' },
  PodFailurePolicyOnPodConditionsPattern: { noPacket: 'status type' },
  SuccessPolicy: { noPacket: 'rules:[]SuccessPolicyRule' },
  SuccessPolicyRule: { noPacket: 'succeededCount:int32 succeededIndexes' },
  CronJob: { modelled: 'apiVersion kind metadata:ObjectMeta spec:CronJobSpec', noPacket: 'status:CronJobStatus' },
  CronJobSpec: {
    // Taken for one run, which W408 says: when it comes, and how many there are, is what the schedule says in vain.
    modelled: 'jobTemplate:JobTemplateSpec schedule suspend:boolean',
    noPacket: `concurrencyPolicy failedJobsHistoryLimit:int32 startingDeadlineSeconds:int64 successfulJobsHistoryLimit:int32 timeZone`,
  },
  JobTemplateSpec: { modelled: 'metadata:ObjectMeta spec:JobSpec' },
};
