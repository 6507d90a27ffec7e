import { defineConfig } from 'vitest/config';

/** Tests that boot kernels and compare rates: one at a time, so that they do not take the processor from each other. */
const ONE_AT_A_TIME = ['test/{kernel,lab,scenarios,readme}/**/*.test.ts'];

/** What takes minutes (other kernels, whole truth tables on the wire): `npm run test:long`, which CI calls too. */
const LONG = ['test/long/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{sim,dataplane,reports,test}/**/*.test.{ts,tsx}'],
          exclude: [...ONE_AT_A_TIME, ...LONG],
          testTimeout: 20_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'kernel',
          include: ONE_AT_A_TIME,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          maxConcurrency: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'long',
          include: LONG,
          testTimeout: 1_200_000,
          hookTimeout: 1_200_000,
          fileParallelism: false,
          maxConcurrency: 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
