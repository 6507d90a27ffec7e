/** What decides about the node of a pod. Kubernetes 1.36, core/v1. */
import type { WrittenDecisions } from '../decision.ts';

const terms = `preferredDuringSchedulingIgnoredDuringExecution:[]WeightedPodAffinityTerm
  requiredDuringSchedulingIgnoredDuringExecution:[]PodAffinityTerm`;

export const scheduling: Readonly<Record<string, WrittenDecisions>> = {
  Affinity: { modelled: 'nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity' },
  NodeAffinity: {
    modelled: `preferredDuringSchedulingIgnoredDuringExecution:[]PreferredSchedulingTerm
      requiredDuringSchedulingIgnoredDuringExecution:NodeSelector`,
  },
  NodeSelector: { modelled: 'nodeSelectorTerms:[]NodeSelectorTerm' },
  NodeSelectorRequirement: { modelled: 'key operator values:[]text' },
  NodeSelectorTerm: { modelled: 'matchExpressions:[]NodeSelectorRequirement matchFields:[]NodeSelectorRequirement' },
  PreferredSchedulingTerm: { modelled: 'preference:NodeSelectorTerm weight:int32' },
  PodAffinity: { modelled: terms },
  PodAntiAffinity: { modelled: terms },
  PodAffinityTerm: {
    modelled: `labelSelector:LabelSelector matchLabelKeys:[]text mismatchLabelKeys:[]text namespaceSelector:LabelSelector namespaces:[]text
      topologyKey`,
  },
  WeightedPodAffinityTerm: { modelled: 'podAffinityTerm:PodAffinityTerm weight:int32' },
  Toleration: {
    modelled: 'effect key operator value',
    // Taints stay as they are while a lab lives.
    noPacket: 'tolerationSeconds:int64',
  },
  TopologySpreadConstraint: {
    modelled: `labelSelector:LabelSelector matchLabelKeys:[]text maxSkew:int32 minDomains:int32 nodeAffinityPolicy nodeTaintsPolicy topologyKey
      whenUnsatisfiable`,
  },
};
