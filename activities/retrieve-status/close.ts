import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { RunEnding } from '../../core/push/report';
import {
  describeRetrieve,
  judgeRetrieve,
  runFileAgain,
  signRetrieve,
  type RetrieveSummary,
} from '../../core/retrieve-status/report';
import type { ExecutionIdentity } from '../../db/queries/push/identity';
import { findLastRun, writeMail } from '../../db/queries/push/notice';
import {
  type ClosingRetrieve,
  lockRetrieve,
  writeRetrieveClose,
} from '../../db/queries/retrieve-status/close-retrieve';
import { freeCursor } from '../../db/queries/retrieve-status/free-cursor';
import { forgetRecords } from '../../db/queries/retrieve-status/upload-records';
import { inTransaction } from '../../db/transaction';
import type { CloseRetrieveInput, RetrieveReport } from '../../workflows/retrieve-contract';
import { endings } from '../execution/endings';
import { withHeartbeat } from '../execution/heartbeat';
import { identify } from '../execution/identify';
import { composeMail } from '../execution/mail';
import { olderDatabase } from '../failures';
import type { World } from '../world';
import { readOverrides } from './settings';

interface SignedRetrieve extends RetrieveReport {
  /** Names the reasons of a failure without naming a ticket: equal signatures are no news. */
  readonly signature: string;
}

const report = z.custom<SignedRetrieve>(
  (value) => typeof value === 'object' && value !== null && 'outcome' in value && 'pages' in value,
);

/** A report as it was stored when the execution was closed, as the workflow ends with it. */
export function readReport(stored: unknown): RetrieveReport {
  return withoutSignature(report.parse(stored));
}

/** The signature is for mails: nobody who looks at a run has a use for it. */
function withoutSignature({ signature, ...shown }: SignedRetrieve): RetrieveReport {
  return shown;
}

/** Closes an execution. Repeating it gives the same report: the first close stands. */
export function closeRetrieve(world: World, input: CloseRetrieveInput): Promise<RetrieveReport> {
  const identity = identify(input);
  return withHeartbeat(() =>
    inTransaction(world.database, async (transaction) => {
      const closing = await lockRetrieve(transaction, identity);
      if (closing === undefined || closing.counts.pages < input.knownPages) throw olderDatabase(input.execution);
      if (closing.closed) return readReport(closing.report);
      return await closeLocked(transaction, { identity, closing, ...decideEnding(closing, input) });
    }),
  );
}

/** The close of a run whose workflow is gone (close-lost.ts); false when it is closed already. */
export async function closeLostRetrieve(
  transaction: Kysely<unknown>,
  identity: ExecutionIdentity,
  lost: Pick<CloseRetrieveInput, 'ending' | 'reason'>,
): Promise<boolean> {
  const closing = await lockRetrieve(transaction, identity);
  if (closing === undefined || closing.closed) return false;
  await closeLocked(transaction, { identity, closing, ...decideEnding(closing, lost) });
  return true;
}

/** The close of a run that found its account held; it has read nothing. */
export async function closeSkipped(
  transaction: Kysely<unknown>,
  { identity, message }: { readonly identity: ExecutionIdentity; readonly message: string },
): Promise<RetrieveReport> {
  const closing = await lockRetrieve(transaction, identity);
  if (closing === undefined) throw olderDatabase(identity.execution);
  const { upload } = readOverrides(closing.overrides);
  const told = upload === null ? message : `${message} The file is not kept: ${runFileAgain}`;
  const skipped = { outcome: 'SKIPPED', ending: 'done', message: told, signature: 'done' } as const;
  const written = { ...closing.counts, execution: identity.execution, ...skipped };
  await writeRetrieveClose(transaction, { ...written, endingReason: null, report: written });
  if (upload !== null) await forgetRecords(transaction, { upload, execution: identity.execution });
  return withoutSignature(written);
}

interface Closing {
  readonly identity: ExecutionIdentity;
  readonly closing: ClosingRetrieve;
  readonly ending: RunEnding;
  readonly endingReason: string | null;
}

/** What an activity found out stands before what the workflow assumes, or whoever finds it gone. */
function decideEnding(
  closing: ClosingRetrieve,
  { ending, reason }: Pick<CloseRetrieveInput, 'ending' | 'reason'>,
): Pick<Closing, 'ending' | 'endingReason'> {
  if (closing.ending !== null) return { ending: endings.parse(closing.ending), endingReason: closing.endingReason };
  return { ending, endingReason: reason ?? null };
}

/** Counts are on the row, added to by each page: so the report tells what is committed (reliability.md P5). */
async function closeLocked(transaction: Kysely<unknown>, closed: Closing): Promise<RetrieveReport> {
  const { identity, closing, ending, endingReason } = closed;
  const { counts: tally } = closing;
  const summary: RetrieveSummary = {
    tally,
    ending,
    ...(endingReason !== null && { endingReason }),
    ...(closing.fileRecords !== null && { file: { records: closing.fileRecords, read: closing.uploadPosition } }),
  };
  const written: SignedRetrieve = {
    ...tally,
    execution: identity.execution,
    outcome: judgeRetrieve(summary),
    ending,
    message: describeRetrieve(summary),
    signature: signRetrieve(ending, endingReason ?? undefined),
  };
  await notify(transaction, { identity, closing, report: written });
  const { execution } = identity;
  await writeRetrieveClose(transaction, { execution, ending, endingReason, outcome: written.outcome, report: written });
  await freeCursor(transaction, { ...identity, organizer: closing.organizer });
  const { upload } = readOverrides(closing.overrides);
  if (upload !== null) await forgetRecords(transaction, { upload, execution });
  return withoutSignature(written);
}

async function notify(
  transaction: Kysely<unknown>,
  { identity, closing, report }: Pick<Closing, 'identity' | 'closing'> & { readonly report: SignedRetrieve },
): Promise<void> {
  const { execution } = identity;
  const { scheduleId, interfaceId } = closing;
  const before = await findLastRun(transaction, { scheduleId, execution });
  const mail = composeMail(
    { ...report, planned: report.records, bad: report.putAside, unit: 'records' },
    { ...closing, function: 'retrieve-status', before },
  );
  if (mail !== undefined) await writeMail(transaction, { ...mail, interfaceId, execution });
}
