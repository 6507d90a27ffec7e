/** What a trace calls things by, for those who need no schema. */
export const TRACE_SCHEMA = 'ipvlane.trace/v1';

export const clocks = ['real', 'virtual'] as const;
export type Clock = (typeof clocks)[number];
