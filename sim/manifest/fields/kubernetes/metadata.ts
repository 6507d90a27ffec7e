/** What every object has, selectors, and lists. Kubernetes 1.36, meta/v1. */
import type { WrittenDecisions } from '../decision.ts';

export const metadata: Readonly<Record<string, WrittenDecisions>> = {
  ObjectMeta: {
    modelled: 'annotations deletionTimestamp generateName labels name namespace ownerReferences:OwnerReference uid',
    noPacket: `creationTimestamp deletionGracePeriodSeconds finalizers generation
      managedFields:ManagedFieldsEntry resourceVersion selfLink`,
  },
  ManagedFieldsEntry: { noPacket: 'apiVersion fieldsType fieldsV1 manager operation subresource time' },
  OwnerReference: { modelled: 'controller kind name uid', noPacket: 'apiVersion blockOwnerDeletion' },
  LabelSelector: { modelled: 'matchExpressions:LabelSelectorRequirement matchLabels' },
  LabelSelectorRequirement: { modelled: 'key operator values' },
  List: { modelled: 'apiVersion items kind', noPacket: 'metadata:ListMeta' },
  ListMeta: { noPacket: 'continue remainingItemCount resourceVersion selfLink shardInfo:ShardInfo' },
  ShardInfo: { noPacket: 'selector' },
};
