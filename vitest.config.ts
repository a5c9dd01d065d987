import { defineConfig } from 'vitest/config';
import type { TestProjectInlineConfiguration, ViteUserConfig } from 'vitest/config';

/** A project that runs the whole engine corpus against one engine; its server is started only when one of its files runs. */
function engineProject(engine: string): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name: engine,
      include: ['test/**/*.test.ts'],
      exclude: ['test/repo/**'],
      env: { CARRYOVER_TEST_ENGINE: engine },
      globalSetup: ['test/support/global-setup.ts'],
    },
  };
}

const config: ViteUserConfig = defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // Starting a process or a database on a loaded two-core machine takes seconds; a hang still ends within a minute.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts'] } },
      engineProject('sqlite'),
      engineProject('postgres'),
      engineProject('mysql'),
      { extends: true, test: { name: 'repo', include: ['test/repo/**/*.test.ts'], testTimeout: 300_000 } },
    ],
  },
});

export default config;
