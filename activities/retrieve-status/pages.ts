import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describePausedInterface } from '../../core/retrieve-status/report';
import { setEnding } from '../../db/queries/push/set-ending';
import { countPutAside } from '../../db/queries/retrieve-status/count-put-aside';
import type { Stand } from '../../db/queries/retrieve-status/read-stand';
import type { RetrievePagesInput, RetrievePagesResult } from '../../workflows/retrieve-contract';
import { withHeartbeat } from '../execution/heartbeat';
import { attemptScheduledAtMs, identify } from '../execution/identify';
import type { World } from '../world';
import { FetchedPages } from './fetched-pages';
import { applyReady } from './ready-put-aside';
import { followed, holdCursor, type Reader, requireStand, toReader } from './reader';
import { handOver, isOutage, openTimeLeft, withinTime } from './outage';
import type { Stepped } from './step';
import { applyUploadPage } from './upload-pages';

/** An activity applies pages for so long, so that the workflow learns how its run stands. */
const longestMs = 10_000;
/** A paused account is looked at so often, and the activity ends after so many looks: waiting is no outage. */
const pausedLookMs = 1_000;
const longestPausedMs = 30_000;

/** Applies pages until there are no more, the time is over, or somebody wants it to stop. Each page is one transaction. */
export function retrievePages(world: World, input: RetrievePagesInput): Promise<RetrievePagesResult> {
  return withHeartbeat(async (beat) => {
    const identity = identify(input);
    const first = await requireStand({ world, identity }, input.knownPages);
    const reader = toReader({ world, beat, identity, attemptAtMs: attemptScheduledAtMs() }, first);
    const pages = new FetchedPages(reader, input.withoutProgress);
    const timeLeft = openTimeLeft();
    const toResult = async (stopped: RetrievePagesResult['stopped']): Promise<RetrievePagesResult> => {
      const { counts } = await requireStand(reader, input.knownPages);
      const result = { stopped, counts, withoutProgress: pages.withoutProgress };
      if (counts.putAside === 0) return result;
      return { ...result, putAsideReasons: await countPutAside(world.database, identity.execution) };
    };
    try {
      return await toResult(await walk(reader, { input, pages }));
    } catch (error) {
      if (isOutage(error) && reader.contact.hasAnswered && (await handOver(reader)) === 'more') {
        return await toResult('more');
      }
      if (isGivenUp(reader, error)) throw new CancelledFailure('The run stops; no page is open');
      throw isOutage(error) ? withinTime(error, timeLeft()) : error;
    } finally {
      await pages.close();
    }
  });
}

/** Somebody stops the run, and this attempt would have been repeated: nobody waits for the next one. */
function isGivenUp({ beat, world }: Reader, error: unknown): boolean {
  const isPassing = error instanceof ApplicationFailure && error.nonRetryable !== true;
  return isPassing && beat.isCancelled() && !world.isDraining();
}

interface Walk {
  readonly input: RetrievePagesInput;
  readonly pages: FetchedPages;
}

async function walk(reader: Reader, { input, pages }: Walk): Promise<RetrievePagesResult['stopped']> {
  const startedAt = performance.now();
  const isOver = () => performance.now() - startedAt > longestMs;
  let isReadyApplied = false;
  let told: Stand | undefined;
  for (;;) {
    const stand = await requireStand(reader, input.knownPages, told);
    told = undefined;
    const halt = whatHalts(reader, stand);
    if (halt === 'organizerPaused') return await waitForOrganizer(reader, input);
    if (halt === 'interfacePaused') {
      const reason = describePausedInterface(stand.interfaceName);
      await setEnding(reader.world.database, reader.identity, { ending: 'operator', reason });
      return 'ending';
    }
    if (halt !== undefined) return halt;
    // A page that was fetched ahead is written, or it would be fetched again without a fault (reliability.md L3).
    if (isOver() && !pages.isAhead()) return 'more';
    if (reader.hold.version === undefined || !stand.held) {
      if ((await holdCursor(reader)) === 'ending') return 'ending';
      // The attempt before may have written a page meanwhile.
      continue;
    }
    if (stand.version !== reader.hold.version) throw followed();
    let stepped: Stepped;
    if (!isReadyApplied) {
      stepped = { step: await applyReady(reader) };
      isReadyApplied = true;
    } else if (reader.overrides.upload !== null) {
      stepped = await applyUploadPage(reader, stand, reader.overrides.upload);
    } else stepped = await pages.applyNext(stand, isOver);
    if (stepped.step !== 'on') return stepped.step;
    told = stepped.stand;
  }
}

type Halt = 'ending' | 'yielded' | 'paused' | 'interfacePaused' | 'organizerPaused';

function whatHalts({ world, beat }: Reader, stand: Stand): Halt | undefined {
  if (stand.ending !== null) return 'ending';
  if (beat.isCancelled() || world.isDraining()) return 'yielded';
  if (stand.paused) return 'paused';
  // A run that waited for its own interface would hold the account, which other organizations read too.
  if (stand.interfacePaused) return 'interfacePaused';
  return stand.organizerPaused ? 'organizerPaused' : undefined;
}

/** Returns instead of failing: the time that attempts may take counts for outages only. */
async function waitForOrganizer(reader: Reader, input: RetrievePagesInput): Promise<'more' | 'yielded'> {
  const { world, beat } = reader;
  for (let waitedMs = 0; waitedMs < longestPausedMs; waitedMs += pausedLookMs) {
    await beat.sleep(pausedLookMs);
    if (beat.isCancelled() || world.isDraining()) return 'yielded';
    const stand = await requireStand(reader, input.knownPages);
    if (whatHalts(reader, stand) !== 'organizerPaused') return 'more';
  }
  return 'more';
}
