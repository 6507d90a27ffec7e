/** Node. Kubernetes 1.36, core/v1. */
import type { WrittenDecisions } from '../decision.ts';

export const node: Readonly<Record<string, WrittenDecisions>> = {
  Node: { modelled: `apiVersion kind metadata:ObjectMeta spec:NodeSpec status:NodeStatus` },
  NodeSpec: {
    modelled: `taints:Taint unschedulable`,
    noPacket: `configSource:NodeConfigSource externalID podCIDR podCIDRs providerID`,
  },
  Taint: { modelled: `effect key value`, noPacket: `timeAdded` },
  NodeStatus: {
    modelled: `addresses:NodeAddress allocatable`,
    noPacket: `capacity conditions:NodeCondition config:NodeConfigStatus daemonEndpoints:NodeDaemonEndpoints
      declaredFeatures features:NodeFeatures images:ContainerImage nodeInfo:NodeSystemInfo phase
      runtimeHandlers:NodeRuntimeHandler volumesAttached:AttachedVolume volumesInUse`,
  },
  NodeAddress: { modelled: `address type` },
  AttachedVolume: { noPacket: `devicePath name` },
  ConfigMapNodeConfigSource: { noPacket: `kubeletConfigKey name namespace resourceVersion uid` },
  ContainerImage: { noPacket: `names sizeBytes` },
  DaemonEndpoint: { noPacket: `Port` },
  NodeCondition: { noPacket: `lastHeartbeatTime lastTransitionTime message reason status type` },
  NodeConfigSource: { noPacket: `configMap:ConfigMapNodeConfigSource` },
  NodeConfigStatus: {
    noPacket: `active:NodeConfigSource assigned:NodeConfigSource error lastKnownGood:NodeConfigSource`,
  },
  NodeDaemonEndpoints: { noPacket: `kubeletEndpoint:DaemonEndpoint` },
  NodeFeatures: { noPacket: `supplementalGroupsPolicy` },
  NodeRuntimeHandler: { noPacket: `features:NodeRuntimeHandlerFeatures name` },
  NodeRuntimeHandlerFeatures: { noPacket: `recursiveReadOnlyMounts userNamespaces` },
  NodeSwapStatus: { noPacket: `capacity` },
  NodeSystemInfo: {
    noPacket: `architecture bootID containerRuntimeVersion kernelVersion kubeProxyVersion kubeletVersion machineID
      operatingSystem osImage swap:NodeSwapStatus systemUUID`,
  },
};
