/**
 * The import table. Each row names a folder and everything it may import from this repository; the architecture test
 * (`test/architecture/`) fails on an import outside the table, on a cycle, and on a permission that nobody uses.
 * `npx depcruise sim dataplane reports` checks the same from the command line.
 *
 * @type {Record<string, readonly string[]>}
 */
export const importTable = {
  'sim/diagnostics': [],
  'sim/manifest': [
    'sim/diagnostics',
    'dataplane/address',
    'dataplane/bandwidth/bursts.ts',
    'dataplane/bandwidth/charge.ts',
    'dataplane/bandwidth/engine.ts',
    'dataplane/bandwidth/quantity.ts',
    'dataplane/bandwidth/rate.ts',
    'dataplane/policy/selector.ts',
  ],
  'sim/plan': [
    'sim/diagnostics',
    'sim/manifest',
    'dataplane/address',
    'dataplane/policy',
    'dataplane/bandwidth',
    'dataplane/bpf/abi.generated.ts',
    'dataplane/bpf/departure-horizon.ts',
  ],
  'sim/kernel': [
    'sim/diagnostics',
    'sim/lab/command.ts',
    'sim/lab/message.ts',
    'sim/lab/protocol.ts',
    'sim/lab/line.ts',
    'sim/trace',
  ],
  'sim/linux': ['dataplane/address'],
  'sim/lab': [
    'sim/diagnostics/checked.ts',
    'sim/linux',
    'sim/plan',
    'sim/trace',
    'dataplane/address',
    'dataplane/bpf',
    'dataplane/policy',
    'dataplane/bandwidth/burst-bits.ts',
    'dataplane/bandwidth/bursts.ts',
    'dataplane/bandwidth/charge.ts',
    'dataplane/bandwidth/engine.ts',
  ],
  'sim/trace': ['sim/diagnostics/checked.ts', 'sim/plan', 'dataplane/policy/network-policy.ts'],
  'sim/capture': ['dataplane/address', 'dataplane/bandwidth/charge.ts'],
  'sim/measure': [
    'sim/diagnostics/checked.ts',
    'sim/manifest/scenario/expectation.ts',
    'sim/trace',
    'sim/plan',
    'dataplane/bandwidth/charge.ts',
    'dataplane/bandwidth/engine.ts',
  ],
  'sim/reach': [
    'sim/diagnostics',
    'sim/kernel/agent-client.ts',
    'sim/kernel/kernel.ts',
    'sim/lab/protocol.ts',
    'sim/manifest/objects/object-name.ts',
    'sim/manifest/scenario/scenario-port.ts',
    'sim/manifest/objects/special-address.ts',
    'sim/plan',
    'sim/trace',
    'dataplane/policy',
  ],
  'sim/conformance': ['sim/diagnostics', 'sim/manifest', 'sim/plan', 'sim/reach', 'dataplane/policy'],
  'sim/matrix': ['sim/measure', 'sim/plan', 'dataplane/bandwidth/engine.ts', 'dataplane/bpf/program-name.ts'],
  'dataplane/address': [],
  'dataplane/policy': ['sim/diagnostics/checked.ts', 'dataplane/address'],
  'dataplane/bandwidth': [],
  'dataplane/bpf': ['dataplane/address', 'dataplane/policy', 'dataplane/bandwidth/charge.ts'],
  'reports/terminal': ['sim/trace', 'sim/measure', 'sim/plan', 'sim/matrix', 'sim/reach', 'sim/conformance'],
  'reports/html': ['sim/capture', 'sim/trace', 'sim/measure', 'sim/plan', 'sim/matrix', 'sim/reach'],
  'reports/json': ['sim/measure', 'sim/plan', 'sim/reach'],
  'reports/junit': ['sim/measure', 'sim/matrix'],
  'reports/markdown': ['sim/measure', 'sim/matrix'],
  'sim/setup': ['sim/manifest', 'sim/measure/result.ts', 'sim/trace/record.ts'],
  'sim/cli': [
    'sim/diagnostics',
    'sim/manifest',
    'sim/plan',
    'sim/kernel',
    'sim/lab/command.ts',
    'sim/lab/protocol.ts',
    'sim/trace',
    'sim/capture',
    'sim/measure',
    'sim/matrix',
    'sim/reach',
    'sim/conformance',
    'dataplane/policy',
    'reports/terminal',
    'reports/html',
    'reports/json',
    'reports/junit',
    'reports/markdown',
    'dataplane/bandwidth/engine.ts',
  ],
};

/** Unit tests and their fixtures stand beside the code and are not part of the shipped graph. */
const TESTS = '\\.test\\.tsx?$|/fixtures/|/__golden__/';

/** @param {string} place */
const pattern = (place) => (place.endsWith('.ts') ? `^${place.replaceAll('.', '\\.')}$` : `^${place}/`);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...Object.entries(importTable).map(([folder, allowed]) => ({
      name: `imports-of-${folder.replace('/', '-')}`,
      severity: /** @type {const} */ ('error'),
      from: { path: pattern(folder), pathNot: TESTS },
      to: {
        path: '^(sim|dataplane|reports|test)/',
        pathNot: [folder, ...allowed].map(pattern),
      },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs'] },
  },
};
