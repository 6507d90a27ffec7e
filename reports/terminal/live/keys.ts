/** The keys of the live screen, and what they do. */
export const KEYS = [
  ['q, Ctrl-C', 'end the run in order and write the report'],
  ['up, down', 'scroll the pods'],
  ['PgUp, PgDn', 'scroll by a screen'],
  ['s', 'sort pods: by name, by egress rate, by ingress rate, by drops'],
  ['g', 'group pods: by workload, by node, not at all'],
  ['/', 'show only pods that hold a text; Enter keeps it, Esc ends it'],
  ['?', 'this help'],
] as const;
