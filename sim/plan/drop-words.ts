/** Why the dataplane drops a packet that no rule is the reason of, in a line for people; docs/dataplane.md has all of it. */
const WORDS: Readonly<Record<string, string>> = {
  INVALID_SOURCE: 'from an address that the pod does not own',
  POLICY_DENIED: 'a policy isolates the pod, and no rule allows it',
  INVALID_PACKET: 'an Ethernet, IP or ARP header that cannot be',
  CT_INVALID_HDR: 'a TCP, UDP, SCTP or ICMP header that is cut off',
  UNSUPPORTED_L3: 'neither ARP nor IP, at a pod that a policy isolates',
  UNKNOWN_ENDPOINT: 'an interface that no map knows',
  CT_INSERT_FAILED: 'a new connection, for which their map has no room',
  INVALID_EXTHDR: 'IPv6 extension headers that are cut off or too many',
  FRAGMENT: 'a later fragment without its first, at a pod that a policy isolates',
  EDT_HORIZON: 'it would leave later than the horizon',
  NO_LIMIT: 'a limit without a rate: a fault of the loader',
  INVALID_DESTINATION: 'to an address that the pod does not own',
  INVALID_NEIGHBOR:
    'neighbor or listener discovery that is not of its link, or names an address that the pod does not own as its own',
  SOURCE_ROUTED: 'a source route, at a pod that a policy isolates',
  AROUND_EGRESS: 'it went around the egress program of the pod that sent it',
  NEIGHBOR_RATE: 'more neighbor or multicast listener discovery than a link needs',
  AQM: 'the limit lets out less than is sent, and its queue, or the flow’s share of it, is full',
};

/** Empty for a reason that there are no words for. */
export function dropWords(reason: string): string {
  return WORDS[reason] ?? '';
}
