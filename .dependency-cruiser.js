/**
 * The import table. Each row names a folder and everything it may import from this repository; the architecture test
 * (`test/architecture/`) fails on an import outside the table and on a permission that nobody uses any more.
 */
export const importTable = {
  'sim/diagnostics': [],
  'sim/manifest': ['sim/diagnostics'],
  'sim/plan': ['sim/diagnostics', 'sim/manifest', 'dataplane/policy', 'dataplane/bandwidth'],
  'sim/kernel': ['sim/diagnostics', 'sim/lab/protocol.ts', 'sim/trace'],
  'sim/linux': [],
  'sim/lab': ['sim/linux', 'sim/plan', 'sim/trace', 'dataplane/bpf', 'dataplane/policy'],
  'sim/trace': ['sim/plan', 'dataplane/policy'],
  'sim/measure': ['sim/trace', 'sim/plan'],
  'dataplane/policy': [],
  'dataplane/bandwidth': [],
  'dataplane/bpf': ['dataplane/policy'],
  'reports': ['sim/trace', 'sim/measure', 'sim/plan'],
  'sim/cli': ['sim/diagnostics', 'sim/manifest', 'sim/plan', 'sim/kernel', 'sim/lab/protocol.ts', 'sim/trace', 'sim/measure', 'reports'],
};
