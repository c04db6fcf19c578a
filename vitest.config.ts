import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Processes, not threads: a test that starts, kills and counts Workers has its process to itself.
    pool: 'forks',
    // Tests run what is shipped, loaded by Node itself; vite would rewrite it and read every import as a property.
    server: { deps: { external: [/\/dist\//] } },
    // Stress tests take their time on a machine with few cores.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
