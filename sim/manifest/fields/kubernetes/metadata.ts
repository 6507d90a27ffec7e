/** What every object has, selectors, and lists. Kubernetes 1.36, meta/v1. */
import type { WrittenDecisions } from '../decision.ts';

export const metadata: Readonly<Record<string, WrittenDecisions>> = {
  ObjectMeta: {
    modelled:
      'annotations:{}text deletionTimestamp generateName labels:{}text name namespace ownerReferences:[]OwnerReference uid',
    noPacket: `creationTimestamp deletionGracePeriodSeconds:int64 finalizers:[]text generation:int64
      managedFields:[]ManagedFieldsEntry resourceVersion selfLink`,
  },
  ManagedFieldsEntry: { noPacket: 'apiVersion fieldsType fieldsV1:any manager operation subresource time' },
  OwnerReference: { modelled: 'controller:boolean kind name uid', noPacket: 'apiVersion blockOwnerDeletion:boolean' },
  LabelSelector: { modelled: 'matchExpressions:[]LabelSelectorRequirement matchLabels:{}text' },
  LabelSelectorRequirement: { modelled: 'key operator values:[]text' },
  List: { modelled: 'apiVersion items:[]any kind', noPacket: 'metadata:ListMeta' },
  ListMeta: { noPacket: 'continue remainingItemCount:int64 resourceVersion selfLink shardInfo:ShardInfo' },
  ShardInfo: { noPacket: 'selector' },
};
