/** What a trace calls things by. */
export { directions, type Direction } from '../../dataplane/policy/network-policy.ts';

export const TRACE_SCHEMA = 'ipvlane.trace/v1';

export const clocks = ['real', 'virtual'] as const;
export type Clock = (typeof clocks)[number];
