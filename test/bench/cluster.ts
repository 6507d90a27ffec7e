/** A cluster of any size: twenty namespaces, ten pods an application, policies that select one application each. */
import type { NetworkPolicy, Peer, PolicyRule, PolicyWorld } from '../../dataplane/policy/network-policy.ts';

export function cluster(podCount: number, policyCount: number): PolicyWorld {
  const namespaces = Array.from({ length: 20 }, (_, index) => `ns-${index}`);
  const apps = Math.ceil(podCount / 10);
  const namespaceOf = (app: number): string => namespaces[app % namespaces.length] ?? '';
  return {
    namespaces: namespaces.map((name) => ({ name, labels: { 'kubernetes.io/metadata.name': name } })),
    pods: Array.from({ length: podCount }, (_, index) => ({
      endpointId: index + 1,
      namespace: namespaceOf(index % apps),
      name: `pod-${index}`,
      labels: { app: `app-${index % apps}`, instance: `${Math.floor(index / apps)}` },
      addresses: [`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`],
      ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
      policed: true,
    })),
    policies: Array.from({ length: policyCount }, (_, index): NetworkPolicy => {
      const app = index % apps;
      const round = Math.floor(index / apps);
      const egress = round % 10 === 8;
      const client = (app + 1 + round * 7) % apps;
      const rule: PolicyRule = {
        index: 0,
        position: null,
        peers: [round % 10 >= 8 ? block(index) : application(client, namespaceOf(client))],
        ports: egress ? [] : [{ protocol: 'TCP', port: 8000 + round, endPort: round % 4 === 0 ? 8100 + round : null }],
      };
      return {
        namespace: namespaceOf(app),
        name: `policy-${index}`,
        position: null,
        podSelector: { matchLabels: { app: `app-${app}` }, matchExpressions: [] },
        policyTypes: [egress ? 'egress' : 'ingress'],
        ingress: egress ? [] : [rule],
        egress: egress ? [rule] : [],
      };
    }),
  };
}

function application(app: number, namespace: string): Peer {
  return {
    kind: 'pods',
    podSelector: { matchLabels: { app: `app-${app}` }, matchExpressions: [] },
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace }, matchExpressions: [] },
  };
}

function block(index: number): Peer {
  return { kind: 'ipBlock', cidr: '10.0.0.0/8', except: [`10.0.${index % 4}.${(index * 8) % 256}/29`] };
}
