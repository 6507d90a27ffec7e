// Generated from the BTF of the compiled dataplane by dataplane/bpf/generate-abi.ts. Do not edit: change abi.h.
import { putBytes, putUnsigned, structView, takeUnsigned } from './integers.ts';

export const EndpointUse = {
  NONE: 0,
  FIRST: 1,
  SECOND: 2,
} as const;

export const EndpointFlags = {
  POLICED_INGRESS: 1,
  POLICED_EGRESS: 2,
  LIMITED_INGRESS: 4,
  LIMITED_EGRESS: 8,
  VERIFY_ADDRESSES: 16,
} as const;

export const AddressUse = {
  OWN: 1,
  BROADCAST: 2,
} as const;

export const LinkPrefix = {
  ENDPOINT: 32,
  WHOLE: 160,
} as const;

export const Identity = {
  ANY: 0,
  WORLD: 1,
} as const;

export const PolicyPrefix = {
  ANY_PROTOCOL: 72,
  PROTOCOL: 80,
  PORT: 96,
} as const;

export const Direction = {
  INGRESS: 1,
  EGRESS: 2,
} as const;

export const DropReason = {
  INVALID_SOURCE: 132,
  POLICY_DENIED: 133,
  INVALID_PACKET: 134,
  CT_INVALID_HDR: 135,
  UNSUPPORTED_L3: 139,
  UNKNOWN_ENDPOINT: 152,
  CT_INSERT_FAILED: 155,
  INVALID_EXTHDR: 156,
  FRAGMENT: 157,
  EDT_HORIZON: 162,
  NO_LIMIT: 165,
  INVALID_DESTINATION: 256,
  INVALID_NEIGHBOR: 257,
  SOURCE_ROUTED: 258,
  AQM: 259,
  AROUND_EGRESS: 260,
  NEIGHBOR_RATE: 261,
} as const;

/** Sizes in bytes; of a per-CPU map the value of one CPU. */
export const maps = {
  endpoints: { keySize: 4, valueSize: 28, maxEntries: 16384 },
  addresses: { keySize: 20, valueSize: 4, maxEntries: 65536 },
  links: { keySize: 24, valueSize: 4, maxEntries: 16384 },
  identities: { keySize: 20, valueSize: 4, maxEntries: 65536 },
  policy: { keySize: 16, valueSize: 8, maxEntries: 262144 },
  conntrack: { keySize: 44, valueSize: 32, maxEntries: 65536 },
  fragments: { keySize: 44, valueSize: 8, maxEntries: 4096 },
  limits: { keySize: 8, valueSize: 144, maxEntries: 16384 },
  flows: { keySize: 12, valueSize: 288, maxEntries: 262144 },
  wires: { keySize: 4, valueSize: 40, maxEntries: 4096 },
  moments: { keySize: 4, valueSize: 4, maxEntries: 65536 },
  counters: { keySize: 4, valueSize: 40, maxEntries: 1024 },
  discoveries: { keySize: 4, valueSize: 8, maxEntries: 1024 },
  epoch: { keySize: 4, valueSize: 4, maxEntries: 1 },
  drops: { keySize: 16, valueSize: 16, maxEntries: 4096 },
} as const;

/** `struct endpoint`, 12 bytes. */
export interface Endpoint {
  readonly id: number;
  readonly policySet: number;
  readonly flags: number;
}

export const ENDPOINT_SIZE = 12;

export function encodeEndpoint(value: Endpoint): Uint8Array {
  const bytes = new Uint8Array(ENDPOINT_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 32, value.id, 'endpoint.id');
  putUnsigned(view, 4, 32, value.policySet, 'endpoint.policy_set');
  putUnsigned(view, 8, 32, value.flags, 'endpoint.flags');
  return bytes;
}

export function decodeEndpoint(bytes: Uint8Array): Endpoint {
  const view = structView(bytes, ENDPOINT_SIZE, 'endpoint');
  return {
    id: takeUnsigned(view, 0, 32, 'endpoint.id'),
    policySet: takeUnsigned(view, 4, 32, 'endpoint.policy_set'),
    flags: takeUnsigned(view, 8, 32, 'endpoint.flags'),
  };
}

/** `struct endpoint_slot`, 28 bytes. */
export interface EndpointSlot {
  readonly inUse: number;
  readonly first: Endpoint;
  readonly second: Endpoint;
}

export const ENDPOINT_SLOT_SIZE = 28;

export function encodeEndpointSlot(value: EndpointSlot): Uint8Array {
  const bytes = new Uint8Array(ENDPOINT_SLOT_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 32, value.inUse, 'endpoint_slot.in_use');
  putBytes(bytes, 4, 12, encodeEndpoint(value.first), 'endpoint_slot.first');
  putBytes(bytes, 16, 12, encodeEndpoint(value.second), 'endpoint_slot.second');
  return bytes;
}

export function decodeEndpointSlot(bytes: Uint8Array): EndpointSlot {
  const view = structView(bytes, ENDPOINT_SLOT_SIZE, 'endpoint_slot');
  return {
    inUse: takeUnsigned(view, 0, 32, 'endpoint_slot.in_use'),
    first: decodeEndpoint(bytes.slice(4, 16)),
    second: decodeEndpoint(bytes.slice(16, 28)),
  };
}

/** `struct address_key`, 20 bytes. */
export interface AddressKey {
  readonly endpoint: number;
  readonly address: Uint8Array;
}

export const ADDRESS_KEY_SIZE = 20;

export function encodeAddressKey(value: AddressKey): Uint8Array {
  const bytes = new Uint8Array(ADDRESS_KEY_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 32, value.endpoint, 'address_key.endpoint');
  putBytes(bytes, 4, 16, value.address, 'address_key.address');
  return bytes;
}

export function decodeAddressKey(bytes: Uint8Array): AddressKey {
  const view = structView(bytes, ADDRESS_KEY_SIZE, 'address_key');
  return {
    endpoint: takeUnsigned(view, 0, 32, 'address_key.endpoint'),
    address: bytes.slice(4, 20),
  };
}

/** `struct link_key`, 24 bytes. */
export interface LinkKey {
  readonly prefixlen: number;
  readonly endpoint: number;
  readonly subnet: Uint8Array;
}

export const LINK_KEY_SIZE = 24;

export function encodeLinkKey(value: LinkKey): Uint8Array {
  const bytes = new Uint8Array(LINK_KEY_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 32, value.prefixlen, 'link_key.prefixlen');
  putUnsigned(view, 4, 32, value.endpoint, 'link_key.endpoint');
  putBytes(bytes, 8, 16, value.subnet, 'link_key.subnet');
  return bytes;
}

export function decodeLinkKey(bytes: Uint8Array): LinkKey {
  const view = structView(bytes, LINK_KEY_SIZE, 'link_key');
  return {
    prefixlen: takeUnsigned(view, 0, 32, 'link_key.prefixlen'),
    endpoint: takeUnsigned(view, 4, 32, 'link_key.endpoint'),
    subnet: bytes.slice(8, 24),
  };
}

/** `struct identity_key`, 20 bytes. */
export interface IdentityKey {
  readonly prefixlen: number;
  readonly address: Uint8Array;
}

export const IDENTITY_KEY_SIZE = 20;

export function encodeIdentityKey(value: IdentityKey): Uint8Array {
  const bytes = new Uint8Array(IDENTITY_KEY_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 32, value.prefixlen, 'identity_key.prefixlen');
  putBytes(bytes, 4, 16, value.address, 'identity_key.address');
  return bytes;
}

export function decodeIdentityKey(bytes: Uint8Array): IdentityKey {
  const view = structView(bytes, IDENTITY_KEY_SIZE, 'identity_key');
  return {
    prefixlen: takeUnsigned(view, 0, 32, 'identity_key.prefixlen'),
    address: bytes.slice(4, 20),
  };
}

/** `struct policy_key`, 16 bytes. */
export interface PolicyKey {
  readonly prefixlen: number;
  readonly policySet: number;
  readonly identity: number;
  readonly direction: number;
  readonly protocol: number;
  readonly port: number;
}

export const POLICY_KEY_SIZE = 16;

export function encodePolicyKey(value: PolicyKey): Uint8Array {
  const bytes = new Uint8Array(POLICY_KEY_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 32, value.prefixlen, 'policy_key.prefixlen');
  putUnsigned(view, 4, 32, value.policySet, 'policy_key.policy_set');
  putUnsigned(view, 8, 32, value.identity, 'policy_key.identity');
  putUnsigned(view, 12, 8, value.direction, 'policy_key.direction');
  putUnsigned(view, 13, 8, value.protocol, 'policy_key.protocol');
  putUnsigned(view, 14, 16, value.port, 'policy_key.port', true);
  return bytes;
}

export function decodePolicyKey(bytes: Uint8Array): PolicyKey {
  const view = structView(bytes, POLICY_KEY_SIZE, 'policy_key');
  return {
    prefixlen: takeUnsigned(view, 0, 32, 'policy_key.prefixlen'),
    policySet: takeUnsigned(view, 4, 32, 'policy_key.policy_set'),
    identity: takeUnsigned(view, 8, 32, 'policy_key.identity'),
    direction: takeUnsigned(view, 12, 8, 'policy_key.direction'),
    protocol: takeUnsigned(view, 13, 8, 'policy_key.protocol'),
    port: takeUnsigned(view, 14, 16, 'policy_key.port', true),
  };
}

/** `struct policy_entry`, 8 bytes. */
export interface PolicyEntry {
  readonly ruleId: number;
  readonly flags: number;
}

export const POLICY_ENTRY_SIZE = 8;

export function encodePolicyEntry(value: PolicyEntry): Uint8Array {
  const bytes = new Uint8Array(POLICY_ENTRY_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 32, value.ruleId, 'policy_entry.rule_id');
  putUnsigned(view, 4, 32, value.flags, 'policy_entry.flags');
  return bytes;
}

export function decodePolicyEntry(bytes: Uint8Array): PolicyEntry {
  const view = structView(bytes, POLICY_ENTRY_SIZE, 'policy_entry');
  return {
    ruleId: takeUnsigned(view, 0, 32, 'policy_entry.rule_id'),
    flags: takeUnsigned(view, 4, 32, 'policy_entry.flags'),
  };
}

/** `struct conntrack_key`, 44 bytes. */
export interface ConntrackKey {
  readonly endpoint: number;
  readonly local: Uint8Array;
  readonly remote: Uint8Array;
  readonly localPort: number;
  readonly remotePort: number;
  readonly protocol: number;
}

export const CONNTRACK_KEY_SIZE = 44;

export function encodeConntrackKey(value: ConntrackKey): Uint8Array {
  const bytes = new Uint8Array(CONNTRACK_KEY_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 32, value.endpoint, 'conntrack_key.endpoint');
  putBytes(bytes, 4, 16, value.local, 'conntrack_key.local');
  putBytes(bytes, 20, 16, value.remote, 'conntrack_key.remote');
  putUnsigned(view, 36, 16, value.localPort, 'conntrack_key.local_port', true);
  putUnsigned(view, 38, 16, value.remotePort, 'conntrack_key.remote_port', true);
  putUnsigned(view, 40, 8, value.protocol, 'conntrack_key.protocol');
  return bytes;
}

export function decodeConntrackKey(bytes: Uint8Array): ConntrackKey {
  const view = structView(bytes, CONNTRACK_KEY_SIZE, 'conntrack_key');
  return {
    endpoint: takeUnsigned(view, 0, 32, 'conntrack_key.endpoint'),
    local: bytes.slice(4, 20),
    remote: bytes.slice(20, 36),
    localPort: takeUnsigned(view, 36, 16, 'conntrack_key.local_port', true),
    remotePort: takeUnsigned(view, 38, 16, 'conntrack_key.remote_port', true),
    protocol: takeUnsigned(view, 40, 8, 'conntrack_key.protocol'),
  };
}

/** `struct connection`, 16 bytes. */
export interface Connection {
  readonly expiresNs: number;
  readonly ruleId: number;
  readonly flags: number;
  readonly epoch: number;
}

export const CONNECTION_SIZE = 16;

export function encodeConnection(value: Connection): Uint8Array {
  const bytes = new Uint8Array(CONNECTION_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 64, value.expiresNs, 'connection.expires_ns');
  putUnsigned(view, 8, 32, value.ruleId, 'connection.rule_id');
  putUnsigned(view, 12, 16, value.flags, 'connection.flags');
  putUnsigned(view, 14, 16, value.epoch, 'connection.epoch');
  return bytes;
}

export function decodeConnection(bytes: Uint8Array): Connection {
  const view = structView(bytes, CONNECTION_SIZE, 'connection');
  return {
    expiresNs: takeUnsigned(view, 0, 64, 'connection.expires_ns'),
    ruleId: takeUnsigned(view, 8, 32, 'connection.rule_id'),
    flags: takeUnsigned(view, 12, 16, 'connection.flags'),
    epoch: takeUnsigned(view, 14, 16, 'connection.epoch'),
  };
}

/** `struct conntrack_entry`, 32 bytes. */
export interface ConntrackEntry {
  readonly openedByRemote: Connection;
  readonly openedByLocal: Connection;
}

export const CONNTRACK_ENTRY_SIZE = 32;

export function encodeConntrackEntry(value: ConntrackEntry): Uint8Array {
  const bytes = new Uint8Array(CONNTRACK_ENTRY_SIZE);
  putBytes(bytes, 0, 16, encodeConnection(value.openedByRemote), 'conntrack_entry.opened_by_remote');
  putBytes(bytes, 16, 16, encodeConnection(value.openedByLocal), 'conntrack_entry.opened_by_local');
  return bytes;
}

export function decodeConntrackEntry(bytes: Uint8Array): ConntrackEntry {
  structView(bytes, CONNTRACK_ENTRY_SIZE, 'conntrack_entry');
  return {
    openedByRemote: decodeConnection(bytes.slice(0, 16)),
    openedByLocal: decodeConnection(bytes.slice(16, 32)),
  };
}

/** `struct fragment_key`, 44 bytes. */
export interface FragmentKey {
  readonly endpoint: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly id: number;
  readonly protocol: number;
  readonly direction: number;
}

export const FRAGMENT_KEY_SIZE = 44;

export function encodeFragmentKey(value: FragmentKey): Uint8Array {
  const bytes = new Uint8Array(FRAGMENT_KEY_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 32, value.endpoint, 'fragment_key.endpoint');
  putBytes(bytes, 4, 16, value.source, 'fragment_key.source');
  putBytes(bytes, 20, 16, value.destination, 'fragment_key.destination');
  putUnsigned(view, 36, 32, value.id, 'fragment_key.id');
  putUnsigned(view, 40, 8, value.protocol, 'fragment_key.protocol');
  putUnsigned(view, 41, 8, value.direction, 'fragment_key.direction');
  return bytes;
}

export function decodeFragmentKey(bytes: Uint8Array): FragmentKey {
  const view = structView(bytes, FRAGMENT_KEY_SIZE, 'fragment_key');
  return {
    endpoint: takeUnsigned(view, 0, 32, 'fragment_key.endpoint'),
    source: bytes.slice(4, 20),
    destination: bytes.slice(20, 36),
    id: takeUnsigned(view, 36, 32, 'fragment_key.id'),
    protocol: takeUnsigned(view, 40, 8, 'fragment_key.protocol'),
    direction: takeUnsigned(view, 41, 8, 'fragment_key.direction'),
  };
}

/** `struct first_fragment`, 8 bytes. */
export interface FirstFragment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
}

export const FIRST_FRAGMENT_SIZE = 8;

export function encodeFirstFragment(value: FirstFragment): Uint8Array {
  const bytes = new Uint8Array(FIRST_FRAGMENT_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 16, value.sourcePort, 'first_fragment.source_port', true);
  putUnsigned(view, 2, 16, value.destinationPort, 'first_fragment.destination_port', true);
  putUnsigned(view, 4, 8, value.protocol, 'first_fragment.protocol');
  return bytes;
}

export function decodeFirstFragment(bytes: Uint8Array): FirstFragment {
  const view = structView(bytes, FIRST_FRAGMENT_SIZE, 'first_fragment');
  return {
    sourcePort: takeUnsigned(view, 0, 16, 'first_fragment.source_port', true),
    destinationPort: takeUnsigned(view, 2, 16, 'first_fragment.destination_port', true),
    protocol: takeUnsigned(view, 4, 8, 'first_fragment.protocol'),
  };
}

/** `struct endpoint_direction`, 8 bytes. */
export interface EndpointDirection {
  readonly endpoint: number;
  readonly direction: number;
}

export const ENDPOINT_DIRECTION_SIZE = 8;

export function encodeEndpointDirection(value: EndpointDirection): Uint8Array {
  const bytes = new Uint8Array(ENDPOINT_DIRECTION_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 32, value.endpoint, 'endpoint_direction.endpoint');
  putUnsigned(view, 4, 32, value.direction, 'endpoint_direction.direction');
  return bytes;
}

export function decodeEndpointDirection(bytes: Uint8Array): EndpointDirection {
  const view = structView(bytes, ENDPOINT_DIRECTION_SIZE, 'endpoint_direction');
  return {
    endpoint: takeUnsigned(view, 0, 32, 'endpoint_direction.endpoint'),
    direction: takeUnsigned(view, 4, 32, 'endpoint_direction.direction'),
  };
}

/** `struct limit`, 144 bytes. */
export interface Limit {
  readonly leastFrame: number;
  readonly rateBps: number;
  readonly horizonNs: number;
  readonly tLast: number;
  readonly owedFrom: number;
  readonly boundNs: number;
  readonly startNs: number;
  readonly shareNs: number;
  readonly loneNs: number;
  readonly answerNs: number;
  readonly quantumNs: number;
  readonly lumpNs: number;
  readonly datagramNs: number;
  readonly sparseNs: number;
  readonly sparseShare: number;
  readonly sparseCost: number;
  readonly sparseFlowShare: number;
  readonly sparseFlowCost: number;
  readonly frameExtra: number;
  readonly frameLess: number;
  readonly sparseUntil: number;
}

export const LIMIT_SIZE = 144;

export function encodeLimit(value: Limit): Uint8Array {
  const bytes = new Uint8Array(LIMIT_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 4, 32, value.leastFrame, 'limit.least_frame');
  putUnsigned(view, 8, 64, value.rateBps, 'limit.rate_bps');
  putUnsigned(view, 16, 64, value.horizonNs, 'limit.horizon_ns');
  putUnsigned(view, 24, 64, value.tLast, 'limit.t_last');
  putUnsigned(view, 32, 64, value.owedFrom, 'limit.owed_from');
  putUnsigned(view, 40, 64, value.boundNs, 'limit.bound_ns');
  putUnsigned(view, 48, 64, value.startNs, 'limit.start_ns');
  putUnsigned(view, 56, 64, value.shareNs, 'limit.share_ns');
  putUnsigned(view, 64, 64, value.loneNs, 'limit.lone_ns');
  putUnsigned(view, 72, 64, value.answerNs, 'limit.answer_ns');
  putUnsigned(view, 80, 64, value.quantumNs, 'limit.quantum_ns');
  putUnsigned(view, 88, 64, value.lumpNs, 'limit.lump_ns');
  putUnsigned(view, 96, 64, value.datagramNs, 'limit.datagram_ns');
  putUnsigned(view, 104, 64, value.sparseNs, 'limit.sparse_ns');
  putUnsigned(view, 112, 32, value.sparseShare, 'limit.sparse_share');
  putUnsigned(view, 116, 32, value.sparseCost, 'limit.sparse_cost');
  putUnsigned(view, 120, 32, value.sparseFlowShare, 'limit.sparse_flow_share');
  putUnsigned(view, 124, 32, value.sparseFlowCost, 'limit.sparse_flow_cost');
  putUnsigned(view, 128, 32, value.frameExtra, 'limit.frame_extra');
  putUnsigned(view, 132, 32, value.frameLess, 'limit.frame_less');
  putUnsigned(view, 136, 64, value.sparseUntil, 'limit.sparse_until');
  return bytes;
}

export function decodeLimit(bytes: Uint8Array): Limit {
  const view = structView(bytes, LIMIT_SIZE, 'limit');
  return {
    leastFrame: takeUnsigned(view, 4, 32, 'limit.least_frame'),
    rateBps: takeUnsigned(view, 8, 64, 'limit.rate_bps'),
    horizonNs: takeUnsigned(view, 16, 64, 'limit.horizon_ns'),
    tLast: takeUnsigned(view, 24, 64, 'limit.t_last'),
    owedFrom: takeUnsigned(view, 32, 64, 'limit.owed_from'),
    boundNs: takeUnsigned(view, 40, 64, 'limit.bound_ns'),
    startNs: takeUnsigned(view, 48, 64, 'limit.start_ns'),
    shareNs: takeUnsigned(view, 56, 64, 'limit.share_ns'),
    loneNs: takeUnsigned(view, 64, 64, 'limit.lone_ns'),
    answerNs: takeUnsigned(view, 72, 64, 'limit.answer_ns'),
    quantumNs: takeUnsigned(view, 80, 64, 'limit.quantum_ns'),
    lumpNs: takeUnsigned(view, 88, 64, 'limit.lump_ns'),
    datagramNs: takeUnsigned(view, 96, 64, 'limit.datagram_ns'),
    sparseNs: takeUnsigned(view, 104, 64, 'limit.sparse_ns'),
    sparseShare: takeUnsigned(view, 112, 32, 'limit.sparse_share'),
    sparseCost: takeUnsigned(view, 116, 32, 'limit.sparse_cost'),
    sparseFlowShare: takeUnsigned(view, 120, 32, 'limit.sparse_flow_share'),
    sparseFlowCost: takeUnsigned(view, 124, 32, 'limit.sparse_flow_cost'),
    frameExtra: takeUnsigned(view, 128, 32, 'limit.frame_extra'),
    frameLess: takeUnsigned(view, 132, 32, 'limit.frame_less'),
    sparseUntil: takeUnsigned(view, 136, 64, 'limit.sparse_until'),
  };
}

/** `struct flow_key`, 12 bytes. */
export interface FlowKey {
  readonly endpoint: number;
  readonly direction: number;
  readonly set: number;
}

export const FLOW_KEY_SIZE = 12;

export function encodeFlowKey(value: FlowKey): Uint8Array {
  const bytes = new Uint8Array(FLOW_KEY_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 32, value.endpoint, 'flow_key.endpoint');
  putUnsigned(view, 4, 32, value.direction, 'flow_key.direction');
  putUnsigned(view, 8, 32, value.set, 'flow_key.set');
  return bytes;
}

export function decodeFlowKey(bytes: Uint8Array): FlowKey {
  const view = structView(bytes, FLOW_KEY_SIZE, 'flow_key');
  return {
    endpoint: takeUnsigned(view, 0, 32, 'flow_key.endpoint'),
    direction: takeUnsigned(view, 4, 32, 'flow_key.direction'),
    set: takeUnsigned(view, 8, 32, 'flow_key.set'),
  };
}

/** `struct wire`, 40 bytes. */
export interface Wire {
  readonly start: number;
  readonly periodNs: number;
  readonly served: number;
  readonly queueBytes: number;
  readonly first: number;
  readonly count: number;
}

export const WIRE_SIZE = 40;

export function encodeWire(value: Wire): Uint8Array {
  const bytes = new Uint8Array(WIRE_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 64, value.start, 'wire.start');
  putUnsigned(view, 8, 64, value.periodNs, 'wire.period_ns');
  putUnsigned(view, 16, 64, value.served, 'wire.served');
  putUnsigned(view, 24, 64, value.queueBytes, 'wire.queue_bytes');
  putUnsigned(view, 32, 32, value.first, 'wire.first');
  putUnsigned(view, 36, 32, value.count, 'wire.count');
  return bytes;
}

export function decodeWire(bytes: Uint8Array): Wire {
  const view = structView(bytes, WIRE_SIZE, 'wire');
  return {
    start: takeUnsigned(view, 0, 64, 'wire.start'),
    periodNs: takeUnsigned(view, 8, 64, 'wire.period_ns'),
    served: takeUnsigned(view, 16, 64, 'wire.served'),
    queueBytes: takeUnsigned(view, 24, 64, 'wire.queue_bytes'),
    first: takeUnsigned(view, 32, 32, 'wire.first'),
    count: takeUnsigned(view, 36, 32, 'wire.count'),
  };
}

/** `struct counters`, 40 bytes. */
export interface Counters {
  readonly offeredPackets: number;
  readonly offeredBytes: number;
  readonly passedPackets: number;
  readonly passedBytes: number;
  readonly markedPackets: number;
}

export const COUNTERS_SIZE = 40;

export function encodeCounters(value: Counters): Uint8Array {
  const bytes = new Uint8Array(COUNTERS_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 64, value.offeredPackets, 'counters.offered_packets');
  putUnsigned(view, 8, 64, value.offeredBytes, 'counters.offered_bytes');
  putUnsigned(view, 16, 64, value.passedPackets, 'counters.passed_packets');
  putUnsigned(view, 24, 64, value.passedBytes, 'counters.passed_bytes');
  putUnsigned(view, 32, 64, value.markedPackets, 'counters.marked_packets');
  return bytes;
}

export function decodeCounters(bytes: Uint8Array): Counters {
  const view = structView(bytes, COUNTERS_SIZE, 'counters');
  return {
    offeredPackets: takeUnsigned(view, 0, 64, 'counters.offered_packets'),
    offeredBytes: takeUnsigned(view, 8, 64, 'counters.offered_bytes'),
    passedPackets: takeUnsigned(view, 16, 64, 'counters.passed_packets'),
    passedBytes: takeUnsigned(view, 24, 64, 'counters.passed_bytes'),
    markedPackets: takeUnsigned(view, 32, 64, 'counters.marked_packets'),
  };
}

/** `struct drop_key`, 16 bytes. */
export interface DropKey {
  readonly endpoint: number;
  readonly direction: number;
  readonly reason: number;
  readonly ruleId: number;
}

export const DROP_KEY_SIZE = 16;

export function encodeDropKey(value: DropKey): Uint8Array {
  const bytes = new Uint8Array(DROP_KEY_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 32, value.endpoint, 'drop_key.endpoint');
  putUnsigned(view, 4, 32, value.direction, 'drop_key.direction');
  putUnsigned(view, 8, 32, value.reason, 'drop_key.reason');
  putUnsigned(view, 12, 32, value.ruleId, 'drop_key.rule_id');
  return bytes;
}

export function decodeDropKey(bytes: Uint8Array): DropKey {
  const view = structView(bytes, DROP_KEY_SIZE, 'drop_key');
  return {
    endpoint: takeUnsigned(view, 0, 32, 'drop_key.endpoint'),
    direction: takeUnsigned(view, 4, 32, 'drop_key.direction'),
    reason: takeUnsigned(view, 8, 32, 'drop_key.reason'),
    ruleId: takeUnsigned(view, 12, 32, 'drop_key.rule_id'),
  };
}

/** `struct drop_count`, 16 bytes. */
export interface DropCount {
  readonly packets: number;
  readonly bytes: number;
}

export const DROP_COUNT_SIZE = 16;

export function encodeDropCount(value: DropCount): Uint8Array {
  const bytes = new Uint8Array(DROP_COUNT_SIZE);
  const view = new DataView(bytes.buffer);
  putUnsigned(view, 0, 64, value.packets, 'drop_count.packets');
  putUnsigned(view, 8, 64, value.bytes, 'drop_count.bytes');
  return bytes;
}

export function decodeDropCount(bytes: Uint8Array): DropCount {
  const view = structView(bytes, DROP_COUNT_SIZE, 'drop_count');
  return {
    packets: takeUnsigned(view, 0, 64, 'drop_count.packets'),
    bytes: takeUnsigned(view, 8, 64, 'drop_count.bytes'),
  };
}
