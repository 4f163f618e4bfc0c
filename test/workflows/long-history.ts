import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../local/search-attributes';
import { startTemporal } from '../../local/temporal';

/** Events after which the server of these tests suggests to continue as new; a real one says so after 4096. */
export const SUGGESTED_EVENTS = 60;

/** A Temporal server of one's own for which a history is long soon. */
export async function startImpatientTemporal(): Promise<{ readonly address: string; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'tixngo-long-history-'));
  const server = await startTemporal({
    logFolder: folder,
    dynamicConfig: {
      'limit.historyCount.suggestContinueAsNew': String(SUGGESTED_EVENTS),
      'history.timerProcessorMaxTimeShift': '"1ms"',
    },
    searchAttributes: SEARCH_ATTRIBUTES,
    tell: () => undefined,
  });
  return {
    address: server.address,
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
