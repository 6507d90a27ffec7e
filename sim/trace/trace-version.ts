/** What the first record of a trace names as its `schema`. */
export const TRACE_SCHEMA = 'ipvlane.trace/v1';
