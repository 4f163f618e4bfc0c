import { longestCountedWaitMs } from '../../../core/push/gate';
import { positionsPerBatch } from '../../../core/push/outcome';
import { isOver } from './under-way';

// Conditions of the statement in announce-statement.ts, whose parameters they name.

const width = positionsPerBatch.toString();

/**
 * The range that narrows down whole refusals has its slot. One that lost it narrows nothing: those that wait for it in theirs would keep it
 * from ever getting one again. `narrowing_range` is that of the execution which is read around it.
 */
export const narrowingHasSlot = `exists (
      select from call_slot s where s.organizer = $5 and s.execution_id = $1 and s.range_number = narrowing_range
        and s.until > now())`;

/**
 * What was decided here, not answered, is taken only of tickets that no call may have brought: a lane may go by a plan that is older than a
 * trial which called this batch. These are the tickets that a newer plan would ask for again (core/push/resume.ts): else the batch would
 * stay open for ever. UNKNOWN means a ticket that was sent, and gives way to a delivery alone.
 * Looked up by the key for each such outcome ('offset 0', decision 30): most answers have none.
 */
export const mayBeThere = `exists (
      select from call c
      where c.execution_id = $1 and c.batch = o.position / ${width} and o.position = any (c.positions)
        and (o.position = any (c.delivered) or (o.outcome <> 'UNKNOWN' and (c.refusal_code is null or c.repeats > 0)))
      offset 0)`;

/**
 * A ticket of the next call was settled since its batch was loaded: two ranges may prepare one batch, one of them for a trial. Sent all the
 * same, a ticket would be SKIPPED though the wallet has it. What a call delivered is not asked for: the two calls would have one number.
 * One look-up through the key, of the positions of a batch (decision 30).
 */
export const isSettled = `array(
      select u.position from execution_undelivered u
      where u.execution_id = $1 and u.position between $27::integer * ${width} and ($27::integer + 1) * ${width} - 1
    ) && $30::integer[]`;

/** Another attempt announced the call. A token is given once in its account, so that one of another slot is never the same. */
export const isOfAnother = (call: string): string => `(${call}.worker_id, ${call}.token) <> ($9::bigint, $7::bigint)`;

/**
 * Another attempt has announced the next call since its batch was loaded, for a trial: this one announces none of that number, so that it
 * would wait in vain at a gate that opens by a probe. One look-up by the key of the call.
 */
export const isTaken = `exists (
      select from call c
      where c.execution_id = $1 and c.batch = $27::integer and c.number = $28::integer
        and ${isOfAnother('c')})`;

/** Of the call there is something left to repeat: it has no answer, and did not deliver all. One that did may have none to its last sending. */
export const hasTicketsLeft = (call: string): string =>
  `${call}.answered_at is null and not coalesce(${call}.delivered @> ${call}.positions, false)`;

/**
 * The call `old` may be repeated, and is over: past its deadline, or its worker dead. A lane may go by a plan that is older than somebody
 * else's repetition, and would make the call beside it. One's own is over when it is announced again.
 */
export const mayBeRepeated = `${hasTicketsLeft('old')} and (
      (old.worker_id = $9::bigint and old.token = $7::bigint and old.range_number = $8)
      or ($33::boolean and ${isOver('old')}))`;

/** As much of the wait counts after a try whose end is not on record: its worker is gone. */
export const countedWait = `interval '${longestCountedWaitMs.toString()} milliseconds'`;
