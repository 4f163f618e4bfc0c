const { existsSync } = require('node:fs');
const { basename, join } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Files that take more than a minute and a half. Jest begins with what took longest the last time; on its first run on a machine with the
 * largest files, and then these would run alone at the end, minutes after all others.
 */
const longest = [
  'l01-l04-killed-reader',
  'f07-temporal-unreachable',
  'f37-frozen-worker',
  'f30-long-file',
  'f06-temporal-killed',
].map((name) => `${name}.test.ts`);

const missing = longest.filter((name) => !existsSync(join(__dirname, name)));
if (missing.length > 0) throw new Error(`test/faults/longest-first.js names what is not there: ${missing.join(', ')}`);

/** The order of the fault tests. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path }) => {
      const index = longest.indexOf(basename(path));
      return index < 0 ? longest.length : index;
    };
    return super.sort(tests).toSorted((one, other) => place(one) - place(other));
  }
};
