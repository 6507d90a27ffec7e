/** NetworkPolicy. Kubernetes 1.36, networking.k8s.io/v1. */
import type { WrittenDecisions } from '../decision.ts';

export const networkPolicy: Readonly<Record<string, WrittenDecisions>> = {
  NetworkPolicy: { modelled: 'apiVersion kind metadata:ObjectMeta spec:NetworkPolicySpec' },
  NetworkPolicySpec: {
    modelled:
      'egress:[]NetworkPolicyEgressRule ingress:[]NetworkPolicyIngressRule podSelector:LabelSelector policyTypes:[]text',
  },
  NetworkPolicyEgressRule: { modelled: 'ports:[]NetworkPolicyPort to:[]NetworkPolicyPeer' },
  NetworkPolicyIngressRule: { modelled: 'from:[]NetworkPolicyPeer ports:[]NetworkPolicyPort' },
  NetworkPolicyPeer: { modelled: 'ipBlock:IPBlock namespaceSelector:LabelSelector podSelector:LabelSelector' },
  NetworkPolicyPort: { modelled: 'endPort:int32 port:integer-or-text protocol' },
  IPBlock: { modelled: 'cidr except:[]text' },
};
