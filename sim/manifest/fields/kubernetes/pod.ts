/** Pod, container and what stands in them. Kubernetes 1.36, core/v1. */
import { always, otherThan, saidByPlan, type Word, type WrittenDecisions } from '../decision.ts';

const noNames: Word = {
  code: 'W210',
  by: 'reader',
  loss: 'the lab has no cluster DNS, and its own names are those of the objects',
  help: 'let flows and probes name pods, hosts or addresses',
  concerns: always,
  example: 'web',
};

const noProbes: Word = {
  code: 'W210',
  by: 'reader',
  loss: 'the kubelet does not probe here: a pod that its node cannot reach, and that would be restarted or never be ready, stays as it is',
  help: 'ask `ipvlane reach --from node:NAME` whether the node reaches it',
  concerns: always,
  example: { port: 80 },
};

const noNodePort: Word = {
  code: 'W210',
  by: 'reader',
  loss: 'no port of a node is forwarded to the pod',
  help: "let flows and probes use the pod's own address and port",
  concerns: always,
  example: 8080,
};

const noDevice: Word = {
  code: 'W210',
  by: 'reader',
  loss: 'no device is given to the pod: a NIC, or bandwidth of one, that a claim stands for is missing',
  help: 'attach NICs by Multus annotations, and limit them by `kubernetes.io/egress-bandwidth`',
  concerns: always,
  example: [{ name: 'nic', resourceClaimName: 'nic' }],
};

export const pod: Readonly<Record<string, WrittenDecisions>> = {
  Pod: { modelled: 'apiVersion kind metadata:ObjectMeta spec:PodSpec status:PodStatus' },
  PodTemplateSpec: { modelled: 'metadata:ObjectMeta spec:PodSpec' },
  PodSpec: {
    modelled: `affinity:Affinity containers:[]Container hostNetwork:boolean initContainers:[]Container nodeName nodeSelector:{}text
      securityContext:PodSecurityContext tolerations:[]Toleration topologySpreadConstraints:[]TopologySpreadConstraint`,
    noPacket: `automountServiceAccountToken:boolean enableServiceLinks:boolean hostIPC:boolean hostPID:boolean hostUsers:boolean
      imagePullSecrets:[]LocalObjectReference overhead:{}quantity preemptionPolicy priority:int32 priorityClassName
      readinessGates:[]PodReadinessGate resources:ResourceRequirements restartPolicy
      serviceAccount serviceAccountName shareProcessNamespace:boolean terminationGracePeriodSeconds:int64 volumes:[]Volume`,
    warned: {
      'activeDeadlineSeconds:int64': {
        code: 'W210',
        by: 'reader',
        loss: 'the pod does not end after that time: it is there for the whole run',
        help: 'let a step `delete` it',
        concerns: always,
        example: 60,
      },
      'dnsConfig:PodDNSConfig': { ...noNames, example: { nameservers: ['10.0.0.10'] } },
      dnsPolicy: { ...noNames, concerns: otherThan('ClusterFirst', 'ClusterFirstWithHostNet'), example: 'None' },
      'ephemeralContainers:[]EphemeralContainer': {
        code: 'W210',
        by: 'reader',
        loss: 'a debug container is not started',
        help: 'run its program by `ipvlane exec` in a lab that `run --hold` keeps',
        concerns: always,
        example: [{ name: 'debug' }],
      },
      'hostAliases:[]HostAlias': {
        ...noNames,
        loss: 'its names are not written into /etc/hosts of the pod',
        example: [{ ip: '10.0.0.1', hostnames: ['db'] }],
      },
      hostname: noNames,
      hostnameOverride: noNames,
      'setHostnameAsFQDN:boolean': { ...noNames, example: true },
      subdomain: noNames,
      'resourceClaims:[]PodResourceClaim': noDevice,
      runtimeClassName: {
        code: 'W210',
        by: 'reader',
        loss: 'the pod is made as runc makes it: a runtime with a kernel or a network stack of its own (Kata, gVisor) sends other packets',
        help: 'take what is measured for the pod as runc runs it',
        concerns: always,
        example: 'gvisor',
      },
      schedulerName: saidByPlan('W430', 'volcano'),
      'schedulingGroup:PodSchedulingGroup': {
        code: 'W210',
        by: 'reader',
        loss: 'pods of a group are not held back until all of them fit',
        help: 'give the nodes room for all',
        concerns: always,
        example: { podGroupName: 'workers' },
      },
    },
    refused: {
      'os:PodOS': saidByPlan('E442', { name: 'windows' }),
      'schedulingGates:[]PodSchedulingGate': saidByPlan('E441', [{ name: 'example.com/wait' }]),
    },
  },
  Container: {
    modelled: 'name ports:[]ContainerPort restartPolicy',
    noPacket: `args:[]text command:[]text env:[]EnvVar envFrom:[]EnvFromSource image imagePullPolicy lifecycle:Lifecycle livenessProbe:Probe
      readinessProbe:Probe resizePolicy:[]ContainerResizePolicy resources:ResourceRequirements
      restartPolicyRules:[]ContainerRestartRule securityContext:SecurityContext startupProbe:Probe stdin:boolean stdinOnce:boolean
      terminationMessagePath terminationMessagePolicy tty:boolean volumeDevices:[]VolumeDevice volumeMounts:[]VolumeMount workingDir`,
  },
  ContainerPort: {
    modelled: 'containerPort:int32 name protocol',
    warned: { 'hostPort:int32': noNodePort, hostIP: { ...noNodePort, example: '10.0.0.1' } },
  },
  Probe: {
    noPacket: `exec:ExecAction failureThreshold:int32 initialDelaySeconds:int32 periodSeconds:int32 successThreshold:int32
      terminationGracePeriodSeconds:int64 timeoutSeconds:int32`,
    warned: { 'grpc:GRPCAction': noProbes, 'httpGet:HTTPGetAction': noProbes, 'tcpSocket:TCPSocketAction': noProbes },
  },
  Lifecycle: { noPacket: 'postStart:LifecycleHandler preStop:LifecycleHandler stopSignal' },
  LifecycleHandler: {
    noPacket: 'exec:ExecAction sleep:SleepAction',
    warned: { 'httpGet:HTTPGetAction': noProbes, 'tcpSocket:TCPSocketAction': noProbes },
  },
  PodSecurityContext: {
    modelled: 'sysctls:[]Sysctl',
    noPacket: `appArmorProfile:AppArmorProfile fsGroup:int64 fsGroupChangePolicy runAsGroup:int64 runAsNonRoot:boolean runAsUser:int64
      seLinuxChangePolicy seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile supplementalGroups:[]int64
      supplementalGroupsPolicy windowsOptions:WindowsSecurityContextOptions`,
  },
  Sysctl: { modelled: 'name value' },
  ResourceRequirements: {
    warned: {
      'claims:[]ResourceClaim': { ...noDevice, example: [{ name: 'nic' }] },
      'limits:{}quantity': { ...noDevice, concerns: namesBandwidth, example: { 'example.com/bandwidth': '10M' } },
      'requests:{}quantity': { ...noDevice, concerns: namesBandwidth, example: { 'example.com/bandwidth': '10M' } },
    },
  },
  SecurityContext: {
    noPacket: `allowPrivilegeEscalation:boolean appArmorProfile:AppArmorProfile capabilities:Capabilities privileged:boolean procMount
      readOnlyRootFilesystem:boolean runAsGroup:int64 runAsNonRoot:boolean runAsUser:int64 seLinuxOptions:SELinuxOptions
      seccompProfile:SeccompProfile windowsOptions:WindowsSecurityContextOptions`,
  },
  AppArmorProfile: { noPacket: 'localhostProfile type' },
  Capabilities: { noPacket: 'add:[]text drop:[]text' },
  ContainerResizePolicy: { noPacket: 'resourceName restartPolicy' },
  ContainerRestartRule: { noPacket: 'action exitCodes:ContainerRestartRuleOnExitCodes' },
  ContainerRestartRuleOnExitCodes: { noPacket: 'operator values:[]int32' },
  EnvFromSource: { noPacket: 'configMapRef:ConfigMapEnvSource prefix secretRef:SecretEnvSource' },
  EnvVar: { noPacket: 'name! value valueFrom:EnvVarSource' },
  EnvVarSource: {
    noPacket: `configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector fileKeyRef:FileKeySelector
      resourceFieldRef:ResourceFieldSelector secretKeyRef:SecretKeySelector`,
  },
  ConfigMapEnvSource: { noPacket: 'name optional:boolean' },
  ConfigMapKeySelector: { noPacket: 'key! name optional:boolean' },
  FileKeySelector: { noPacket: 'key optional:boolean path volumeName' },
  ObjectFieldSelector: { noPacket: 'apiVersion fieldPath!' },
  ResourceFieldSelector: { noPacket: 'containerName divisor:quantity resource!' },
  SecretEnvSource: { noPacket: 'name optional:boolean' },
  SecretKeySelector: { noPacket: 'key! name optional:boolean' },
  ExecAction: { noPacket: 'command:[]text' },
  SleepAction: { noPacket: 'seconds:int64' },
  LocalObjectReference: { noPacket: 'name' },
  PodReadinessGate: { noPacket: 'conditionType' },
  SELinuxOptions: { noPacket: 'level role type user' },
  SeccompProfile: { noPacket: 'localhostProfile type' },
  VolumeDevice: { noPacket: 'devicePath! name!' },
  VolumeMount: { noPacket: 'mountPath! mountPropagation name! readOnly:boolean recursiveReadOnly subPath subPathExpr' },
  WindowsSecurityContextOptions: {
    noPacket: 'gmsaCredentialSpec gmsaCredentialSpecName hostProcess:boolean runAsUserName',
  },
};

/** Extended resources by which plugins and drivers give out bandwidth and NICs. */
function namesBandwidth(quantities: unknown): boolean {
  const names = typeof quantities === 'object' && quantities !== null ? Object.keys(quantities) : [];
  return names.some((name) => /bandwidth|sriov|sr-iov|network/i.test(name));
}
