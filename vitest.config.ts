import { defineConfig } from 'vitest/config';

/** Tests that boot kernels. Under a virtual clock company costs them nothing; on the real one they ask nothing of the clock that it could take. */
const KERNEL = ['test/{kernel,lab,scenarios,readme}/**/*.test.ts'];

/** Those that compare a rate or count packets on the real clock: nothing else may want the processor. */
const ALONE = ['test/readme/readme.test.ts', 'test/lab/{agent,live-changes}.test.ts'];

/** What takes minutes (other kernels, whole truth tables on the wire): `npm run test:long`, which CI calls too. */
const LONG = ['test/long/**/*.test.ts'];

/** Those that keep two kernels, or every processor, busy by themselves, or measure on the real clock. */
const LONG_ALONE = ['test/long/{busy-machine,conformance,host-inside-uml,kernels,matrix}.test.ts'];

/** Whatever the machine has: a kernel takes one processor. */
const TWO_FILES = { maxWorkers: 2, maxConcurrency: 2 };
const ONE_FILE = { fileParallelism: false, maxConcurrency: 2 };
const MINUTES = { testTimeout: 180_000, hookTimeout: 180_000 };
const MANY_MINUTES = { testTimeout: 1_200_000, hookTimeout: 1_200_000 };

export default defineConfig({
  test: {
    projects: [
      {
        // Warnings of packages whose source maps lead nowhere.
        logLevel: 'error',
        test: {
          name: 'unit',
          include: ['{sim,dataplane,reports,test}/**/*.test.{ts,tsx}'],
          exclude: [...KERNEL, ...LONG],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          // Where CI is set, as in CI it is, ink draws nothing.
          env: { CI: 'false', CONTINUOUS_INTEGRATION: 'false' },
          // It imports its JSON in a way that Node 20 refuses.
          server: { deps: { inline: ['@actions/workflow-parser'] } },
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'kernel',
          include: KERNEL,
          exclude: ALONE,
          ...MINUTES,
          ...TWO_FILES,
          sequence: { groupOrder: 2 },
        },
      },
      { test: { name: 'alone', include: ALONE, ...MINUTES, ...ONE_FILE, sequence: { groupOrder: 3 } } },
      {
        test: {
          name: 'long',
          include: LONG,
          exclude: LONG_ALONE,
          ...MANY_MINUTES,
          ...TWO_FILES,
          sequence: { groupOrder: 4 },
        },
      },
      { test: { name: 'long-alone', include: LONG_ALONE, ...MANY_MINUTES, ...ONE_FILE, sequence: { groupOrder: 5 } } },
    ],
  },
});
