import { expect, test } from 'vitest';
import { policyFromApi } from './from-api.ts';

const policy = (spec: object): unknown => ({
  metadata: { name: 'p', namespace: 'x' },
  spec: { podSelector: {}, ...spec },
});

test('policyTypes default to Ingress, and Egress where there are egress rules', () => {
  expect(policyFromApi(policy({})).policyTypes).toEqual(['ingress']);
  expect(policyFromApi(policy({ egress: [] })).policyTypes).toEqual(['ingress']);
  expect(policyFromApi(policy({ egress: [{}] })).policyTypes).toEqual(['ingress', 'egress']);
  expect(policyFromApi(policy({ policyTypes: ['Egress'] })).policyTypes).toEqual(['egress']);
  expect(policyFromApi(policy({ policyTypes: ['Egress', 'Egress'] })).policyTypes).toEqual(['egress']);
});

test('the protocol defaults to TCP; null counts as missing', () => {
  const [rule] = policyFromApi(policy({ ingress: [{ from: null, ports: [{ port: 80 }] }] })).ingress;
  expect(rule).toEqual({ index: 0, position: null, peers: [], ports: [{ protocol: 'TCP', port: 80, endPort: null }] });
});

test.each([
  [{ ingress: [{ from: [{}] }] }, 'spec.ingress[0].from[0]: must have one of'],
  [{ ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }] }] }, 'ipBlock: must not stand beside'],
  [{ egress: [{ ports: [{ port: 0 }] }] }, 'spec.egress[0].ports[0].port: must be a port'],
  [{ egress: [{ ports: [{ port: 'http', endPort: 90 }] }] }, 'endPort: needs a numeric port'],
  [{ egress: [{ ports: [{ protocol: 'ICMP' }] }] }, 'protocol: must be one of TCP, UDP, SCTP'],
  [{ podSelector: null }, 'spec.podSelector: is required'],
])('%j is refused', (spec, message) => {
  expect(() => policyFromApi(policy(spec))).toThrow(message);
});
