/** NetworkAttachmentDefinition, k8s.cni.cncf.io/v1, of network-attachment-definition-client 1.7.7. */
import type { WrittenDecisions } from '../decision.ts';

export const networks: Readonly<Record<string, WrittenDecisions>> = {
  NetworkAttachmentDefinition: {
    modelled: 'apiVersion kind metadata:ObjectMeta spec:NetworkAttachmentDefinitionSpec',
  },
  // The keys inside it are those of the plugins.
  NetworkAttachmentDefinitionSpec: { modelled: 'config' },
};
