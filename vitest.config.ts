import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{sim,dataplane,reports,test}/**/*.test.{ts,tsx}'],
    exclude: ['test/bench/**'],
    testTimeout: 20_000,
  },
});
