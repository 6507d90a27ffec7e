/** Node. Kubernetes 1.36, core/v1. */
import type { WrittenDecisions } from '../decision.ts';

export const node: Readonly<Record<string, WrittenDecisions>> = {
  Node: { modelled: `apiVersion kind metadata:ObjectMeta spec:NodeSpec status:NodeStatus` },
  NodeSpec: {
    modelled: `taints:[]Taint unschedulable:boolean`,
    noPacket: `configSource:NodeConfigSource externalID podCIDR podCIDRs:[]text providerID`,
  },
  Taint: { modelled: `effect key value`, noPacket: `timeAdded` },
  NodeStatus: {
    modelled: `addresses:[]NodeAddress allocatable:{}quantity`,
    noPacket: `capacity:{}quantity conditions:[]NodeCondition config:NodeConfigStatus daemonEndpoints:NodeDaemonEndpoints
      declaredFeatures:[]text features:NodeFeatures images:[]ContainerImage nodeInfo:NodeSystemInfo phase
      runtimeHandlers:[]NodeRuntimeHandler volumesAttached:[]AttachedVolume volumesInUse:[]text`,
  },
  NodeAddress: { modelled: `address type` },
  AttachedVolume: { noPacket: `devicePath name` },
  ConfigMapNodeConfigSource: { noPacket: `kubeletConfigKey name namespace resourceVersion uid` },
  ContainerImage: { noPacket: `names:[]text sizeBytes:int64` },
  DaemonEndpoint: { noPacket: `Port:int32` },
  NodeCondition: { noPacket: `lastHeartbeatTime lastTransitionTime message reason status type` },
  NodeConfigSource: { noPacket: `configMap:ConfigMapNodeConfigSource` },
  NodeConfigStatus: {
    noPacket: `active:NodeConfigSource assigned:NodeConfigSource error lastKnownGood:NodeConfigSource`,
  },
  NodeDaemonEndpoints: { noPacket: `kubeletEndpoint:DaemonEndpoint` },
  NodeFeatures: { noPacket: `supplementalGroupsPolicy:boolean` },
  NodeRuntimeHandler: { noPacket: `features:NodeRuntimeHandlerFeatures name` },
  NodeRuntimeHandlerFeatures: { noPacket: `recursiveReadOnlyMounts:boolean userNamespaces:boolean` },
  NodeSwapStatus: { noPacket: `capacity:int64` },
  NodeSystemInfo: {
    noPacket: `architecture bootID containerRuntimeVersion kernelVersion kubeProxyVersion kubeletVersion machineID
      operatingSystem osImage swap:NodeSwapStatus systemUUID`,
  },
};
