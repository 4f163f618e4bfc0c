const { availableParallelism } = require('node:os');

/** Two projects: what needs no server starts none; the rest shares one Postgres and one Temporal server (stack.md "Testing"). */
const SERVERLESS = ['core', 'config', 'tixngo', 'sandbox', 'guards', 'local'];

const shared = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  transform: {
    '^.+\\.m?[jt]s$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(@mikro-orm|kysely|commander|env-paths|is-safe-filename|temporal-polyfill|temporal-utils|@faker-js)/)',
  ],
};

/** @type {import('jest').Config} */
module.exports = {
  testTimeout: 120_000,
  // Half of the time of a suite is waiting for servers: on two cores, Jest's own choice of one worker takes twice as long as three.
  maxWorkers: Math.max(3, availableParallelism() - 1),
  projects: [
    { ...shared, displayName: 'pure', testMatch: [`<rootDir>/test/{${SERVERLESS.join(',')}}/**/*.test.ts`] },
    {
      ...shared,
      displayName: 'served',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', `<rootDir>/test/(?:${[...SERVERLESS, 'faults'].join('|')})/`],
      globalSetup: '<rootDir>/test/helpers/global-setup.ts',
      globalTeardown: '<rootDir>/test/helpers/global-teardown.ts',
    },
  ],
};
