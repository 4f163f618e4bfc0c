const shared = require('./jest.config');

const served = shared.projects.find(({ displayName }) => displayName === 'served');

// The faults of reliability.md, `npm run test:faults`: minutes long, and most measure a recovery, so few at once.
/** @type {import('jest').Config} */
module.exports = {
  testTimeout: 300_000,
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/faults/longest-first.js',
  projects: [
    {
      ...served,
      displayName: 'faults',
      testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/'],
    },
  ],
};
