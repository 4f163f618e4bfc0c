const { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { setTimeout: delay } = require('node:timers/promises');

/** Longer than a worker may take to end, which waits for its calls: then its guard kills it. */
const PATIENCE_MS = 90_000;

/**
 * A folder that stands for the temporary one in every process of a run. A run that is ended in its middle leaves what tests would have
 * removed, and servers that still end: `close` waits for those and removes all of it.
 */
function openScratchFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  // Another user runs Postgres when this one is root.
  chmodSync(folder, 0o711);
  return {
    environment: { TMPDIR: folder },
    close: async (tell) => {
      const giveUpAt = performance.now() + PATIENCE_MS;
      let left = listProcesses(folder);
      if (left.length > 0) tell(`Waiting for ${left.length} processes to end`);
      while (left.length > 0 && performance.now() < giveUpAt) {
        await delay(100);
        left = listProcesses(folder);
      }
      if (left.length > 0) tell(`Still running: processes ${left.join(', ')}`);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Ids of the processes that were started with this folder as their temporary one. */
function listProcesses(folder) {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(`TMPDIR=${folder}`);
    } catch {
      // It ended while we looked, or belongs to somebody else.
      return false;
    }
  });
}

module.exports = { openScratchFolder };
