import { capRetryAfterMs, quickRetries, quickRetryPauseMs } from '../../core/push/gate';
import type { DiffPage } from '../../core/retrieve-status/wallet-record';
import type { TixngoClient } from '../../tixngo/client';
import { TixngoAddressRefused, TixngoContractBroken, TixngoKeyRefused, TixngoUnavailable } from '../../tixngo/errors';
import { outageTypes } from '../../workflows/retrieve-contract';
import { passing } from '../failures';
import type { Reader } from './reader';

/** One of `outageTypes`, by which the workflow knows an outage. */
const outageType = outageTypes[0];

/** After an answer an outage counts from an activity of its own (outage.ts), which slow calls must not put off. */
export const longestQuickMs = 1_000;

/** What a fetch came to. `refused`: another one would meet the same, so the run ends with this reason. */
export type Fetched =
  { readonly kind: 'page'; readonly page: DiffPage } | { readonly kind: 'refused'; readonly reason: string };

export interface PageCall {
  readonly paginationKey: string;
  readonly limit: number;
}

/** Fetches a page, with quick retries; fails the attempt when TIXNGO gives no valid answer or asks for a pause. */
export async function fetchPage(reader: Reader, call: PageCall, retries = quickRetries): Promise<Fetched> {
  const { world, beat } = reader;
  let client = world.openTixngo(reader.connection);
  const startedAt = performance.now();
  for (let failures = 1; ; failures += 1) {
    obeyPause(reader);
    try {
      const answer = await client.diff({ ...call, deadlineMs: world.callDeadlineMs });
      beat.tell(undefined);
      reader.contact.hasAnswered = true;
      return toFetched(reader, call, answer);
    } catch (error) {
      if (error instanceof TixngoKeyRefused) {
        // A new key in the file is used at once; a key from the environment stays until the worker is started again.
        const fresh = world.openTixngo(reader.connection);
        if (fresh === client) return { kind: 'refused', reason: error.message };
        client = fresh;
      } else if (error instanceof TixngoContractBroken || error instanceof TixngoAddressRefused) {
        return { kind: 'refused', reason: error.message };
      } else if (error instanceof TixngoUnavailable) {
        await meetUnavailable(reader, {
          error,
          isLast: failures > retries,
          failures,
          forMs: performance.now() - startedAt,
        });
      } else throw error;
      if (beat.isCancelled()) throw passing('YIELDED', 'The activity was asked to stop before a page was read');
    }
  }
}

function toFetched(
  { settings, overrides, identity }: Reader,
  { paginationKey }: PageCall,
  answer: Awaited<ReturnType<TixngoClient['diff']>>,
): Fetched {
  if (answer.kind === 'page') return answer;
  const left =
    overrides.cursor === paginationKey
      ? `To go on where the account stood before: tixngo log ${identity.execution.toString()} names the key that this run left. `
      : '';
  return {
    kind: 'refused',
    reason:
      `TIXNGO does not know pagination key ${JSON.stringify(paginationKey)} any more (status ${answer.status.toString()}). ${left}` +
      `To read everything again, which changes nothing that is known: tixngo run ${settings.schedule} --full-resync`,
  };
}

interface Unavailable {
  readonly error: TixngoUnavailable;
  /** It is not tried again here. */
  readonly isLast: boolean;
  readonly failures: number;
  readonly forMs: number;
}

async function meetUnavailable(
  { world, organizer, settings, beat, contact }: Reader,
  { error, isLast, failures, forMs }: Unavailable,
): Promise<void> {
  // Should the time for attempts end while one is at work, this says that it was an outage.
  beat.tell(outageType);
  if (error.retryAfterMs !== undefined) {
    const pauseMs = capRetryAfterMs(error.retryAfterMs, settings.maxOutageMinutes * 60_000);
    world.pauses.pause(organizer, pauseMs);
    throw passing('TIXNGO_PAUSED', error.message, pauseMs);
  }
  const isSlow = contact.hasAnswered && forMs > longestQuickMs;
  if (isLast || isSlow) throw passing(outageType, error.message);
  await beat.sleep(quickRetryPauseMs(failures, world.luck()));
}

/** A pause that TIXNGO asked a push of this worker for holds for the whole account. */
function obeyPause({ world, organizer }: Reader): void {
  const pauseMs = world.pauses.remainingMs(organizer);
  if (pauseMs > 0) throw passing('TIXNGO_PAUSED', 'No fetch for now: TIXNGO asked for a pause', pauseMs);
}
