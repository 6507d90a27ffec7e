import { describe, expect, it } from 'vitest';
import { decodeEndpointSlot } from './abi.generated.ts';
import { type EndpointState, endpointChange, endpointEntry, endpointRemoval, inUse } from './endpoint-map.ts';

const none = { ingress: false, egress: false };
const open: EndpointState = { endpointId: 7, policySet: 0, isolated: none, limited: none, verifyAddresses: false };
const isolated: EndpointState = { ...open, policySet: 0x0203, isolated: { ingress: true, egress: true } };
const nothing = new Uint8Array(endpointEntry(1, open).value.length);

const seen = (value: Uint8Array) => inUse(decodeEndpointSlot(value));
const stateIn = (state: EndpointState) => seen(endpointEntry(1, state).value);

describe('an entry of endpoints', () => {
  it('is under its ifindex, with a flag for each thing to do', () => {
    const flags = (of: Partial<EndpointState>) => stateIn({ ...open, ...of })?.flags;
    expect([...endpointEntry(258, open).key]).toEqual([2, 1, 0, 0]);
    expect(stateIn(isolated)).toMatchObject({ id: 7, policySet: 0x0203 });
    expect(flags({})).toBe(0);
    expect(flags({ isolated: { ingress: true, egress: false } })).toBe(1);
    expect(flags({ isolated: { ingress: false, egress: true } })).toBe(2);
    expect(flags({ limited: { ingress: true, egress: true } })).toBe(12);
    expect(flags({ verifyAddresses: true })).toBe(16);
  });

  it('is nobody where nothing was written', () => {
    expect(seen(nothing)).toBeNull();
  });
});

describe('a change of one', () => {
  /** All that a program can meet while `to` is written over `from`, byte by byte in whatever order: by one byte each. */
  const halfWritten = (from: Uint8Array, to: Uint8Array) =>
    Array.from(to, (byte, at) => [byte, at] as const).flatMap(([byte, at]) => {
      const [one, allButOne] = [Uint8Array.from(from), Uint8Array.from(to)];
      one[at] = byte;
      allButOne[at] = from[at]!;
      return [one, allButOne];
    });

  it.each([
    ['for the first time', nothing, open],
    ['of all it says', endpointEntry(1, open).value, isolated],
    ['for the second time', endpointChange(1, endpointEntry(1, open).value, isolated).at(-1)!.value, open],
    ['after it was taken out', endpointRemoval(1, endpointEntry(1, open).value).value, isolated],
  ])('%s is never seen half made', (_, before, state) => {
    const updates = endpointChange(1, before, state);
    let held: Uint8Array = before;
    for (const { value } of updates) {
      for (const half of halfWritten(held, value)) expect([seen(before), stateIn(state)]).toContainEqual(seen(half));
      held = value;
    }
    expect(seen(held)).toEqual(stateIn(state));
  });

  it('that changes nothing is no update', () => {
    expect(endpointChange(1, endpointEntry(1, open).value, open)).toEqual([]);
  });

  it('to nobody touches one byte', () => {
    const { value } = endpointEntry(1, isolated);
    const removed = endpointRemoval(1, value).value;
    expect(seen(removed)).toBeNull();
    expect(removed.filter((byte, at) => byte !== value[at])).toHaveLength(1);
  });
});
