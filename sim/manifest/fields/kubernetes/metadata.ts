/** What every object has, selectors, and lists. Kubernetes 1.36, meta/v1. */
import type { WrittenDecisions } from '../decision.ts';

export const metadata: Readonly<Record<string, WrittenDecisions>> = {
  ObjectMeta: {
    modelled: 'annotations generateName labels name namespace',
    noPacket: `creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generation
      managedFields:ManagedFieldsEntry ownerReferences:OwnerReference resourceVersion selfLink uid`,
  },
  ManagedFieldsEntry: { noPacket: 'apiVersion fieldsType fieldsV1 manager operation subresource time' },
  OwnerReference: { noPacket: 'apiVersion blockOwnerDeletion controller kind name uid' },
  LabelSelector: { modelled: 'matchExpressions:LabelSelectorRequirement matchLabels' },
  LabelSelectorRequirement: { modelled: 'key operator values' },
  List: { modelled: 'apiVersion items kind', noPacket: 'metadata:ListMeta' },
  ListMeta: { noPacket: 'continue remainingItemCount resourceVersion selfLink shardInfo:ShardInfo' },
  ShardInfo: { noPacket: 'selector' },
};
