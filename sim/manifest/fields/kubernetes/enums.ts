/**
 * The values that the API server takes in texts that change no packet, or are warned of (validation of pkg/apis of Kubernetes
 * 1.36), by type and field. `?`: the field is a pointer, whose `""` is a value as any other; elsewhere `""` is a field left out.
 * `schema/` says it of those that are modelled.
 */
export const enums: Readonly<Record<string, string>> = {
  'AppArmorProfile.type': 'RuntimeDefault Unconfined Localhost',
  'AzureDiskVolumeSource.cachingMode': '? None ReadOnly ReadWrite',
  'AzureDiskVolumeSource.kind': '? Shared Dedicated Managed',
  'Container.terminationMessagePolicy': 'File FallbackToLogsOnError',
  'ContainerResizePolicy.restartPolicy': 'NotRequired RestartContainer',
  'ContainerRestartRule.action': 'Restart RestartAllContainers',
  'ContainerRestartRuleOnExitCodes.operator': 'In NotIn',
  'CronJobSpec.concurrencyPolicy': 'Allow Forbid Replace',
  'DaemonSetUpdateStrategy.type': 'RollingUpdate OnDelete',
  'DeploymentStrategy.type': 'Recreate RollingUpdate',
  'HostPathVolumeSource.type': 'DirectoryOrCreate Directory FileOrCreate File Socket CharDevice BlockDevice',
  'ImageVolumeSource.pullPolicy': 'Always Never IfNotPresent',
  'JobSpec.completionMode': '? NonIndexed Indexed',
  'JobSpec.podReplacementPolicy': '? TerminatingOrFailed Failed',
  'PersistentVolumeClaimSpec.accessModes': 'ReadWriteOnce ReadOnlyMany ReadWriteMany ReadWriteOncePod',
  'PersistentVolumeClaimSpec.volumeMode': '? Block Filesystem',
  'PodFailurePolicyOnExitCodesRequirement.operator': 'In NotIn',
  'PodFailurePolicyOnPodConditionsPattern.status': 'True False Unknown',
  'PodFailurePolicyRule.action': 'FailJob FailIndex Ignore Count',
  'PodSecurityContext.fsGroupChangePolicy': '? OnRootMismatch Always',
  'PodSecurityContext.seLinuxChangePolicy': '? Recursive MountOption',
  'PodSecurityContext.supplementalGroupsPolicy': '? Merge Strict',
  'PodSpec.dnsPolicy': 'ClusterFirst ClusterFirstWithHostNet Default None',
  'PodSpec.preemptionPolicy': '? PreemptLowerPriority Never',
  'SeccompProfile.type': 'RuntimeDefault Unconfined Localhost',
  'SecurityContext.procMount': '? Default Unmasked',
  'StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted': 'Retain Delete',
  'StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled': 'Retain Delete',
  'StatefulSetSpec.podManagementPolicy': 'OrderedReady Parallel',
  'StatefulSetUpdateStrategy.type': 'RollingUpdate OnDelete',
  'VolumeMount.mountPropagation': '? None HostToContainer Bidirectional',
  'VolumeMount.recursiveReadOnly': '? Disabled IfPossible Enabled',
};
