import { defineConfig } from 'vitest/config';

// npm run test:teeth: each of its tests compiles a kernel and runs another suite on it.
export default defineConfig({
  test: {
    include: ['test/teeth/*.suite.ts'],
    pool: 'forks',
    maxConcurrency: 2,
    testTimeout: 600_000,
  },
});
