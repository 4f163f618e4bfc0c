import { z } from 'zod';
import type { Resale } from '../../core/resale';
import type { WalletStory, WalletTransfer } from '../../db/queries/operations/read-wallet-story';
import type { Screen } from './screen';
import { toTable } from './table';
import { toTime } from './times';

/** What the wallet told of a ticket, as parts of the ticket's document: spectator and assignee are personal data. */
export function toWalletDocument(story: WalletStory, timeZone: string): object {
  const time = (epochMs: number): string => toTime(epochMs, timeZone);
  const { current, history, transfers, seenBy } = story;
  return {
    wallet: current && toCurrent(current, time),
    walletHistory: history.map(({ changedAtMs, readAtMs, ...change }) => ({
      ...change,
      changedAt: time(changedAtMs),
      readAt: time(readAtMs),
    })),
    distribution: transfers.map(({ changedAtMs, ...transfer }) => ({ ...transfer, changedAt: time(changedAtMs) })),
    initialContactId: story.initialContactId,
    currentContactId: story.currentContactId,
    seenInWallet: seenBy && { run: seenBy.run, at: time(seenBy.atMs) },
    putAside: story.putAside,
    kept: story.kept,
    maySellAgain: story.resale === 'FREE',
    resale: story.resale,
  };
}

function toCurrent(
  { changedAtMs, readAtMs, ...current }: NonNullable<WalletStory['current']>,
  time: (epochMs: number) => string,
): object {
  return { ...current, changedAt: time(changedAtMs), readAt: time(readAtMs) };
}

/** The present state in the wallet, below the ticket's other facts. */
export function toWalletLines(story: WalletStory, timeZone: string): readonly string[] {
  const { current, seenBy, resale } = story;
  const time = (epochMs: number): string => toTime(epochMs, timeZone);
  if (current === null) {
    return ['  wallet:  nothing read back yet', ...toResaleLine(resale), ...toPutAsideLines(story)];
  }
  const [owner, holder] = [describePerson(current.owner), describePerson(current.holder)];
  return [
    `  wallet:  ${current.status} since ${time(current.changedAtMs)}, read ${time(current.readAtMs)}`,
    ...(owner === undefined ? [] : [`  owner:   ${owner}`]),
    ...(holder === undefined ? [] : [`  holder:  ${holder}`]),
    ...(seenBy === null
      ? []
      : [`  seen in the wallet without a mark by run ${String(seenBy.run)}, ${time(seenBy.atMs)}`]),
    ...toResaleLine(resale),
    ...toPutAsideLines(story),
  ];
}

/** Changes newest first, then transfers. */
export function toWalletTables(screen: Screen, story: WalletStory, timeZone: string): readonly string[] {
  const time = (epochMs: number): string => toTime(epochMs, timeZone);
  const changes = story.history.map((change) => [
    String(change.changeNumber),
    change.status,
    time(change.changedAtMs),
    String(change.run),
  ]);
  const transfers = story.transfers.map((transfer) => [
    String(transfer.firstChangeNumber),
    transfer.status,
    describeContacts(transfer),
    time(transfer.changedAtMs),
  ]);
  return [
    ...(changes.length === 0 ? [] : ['', toTable(screen, ['change', 'in the wallet', 'at', 'read by run'], changes)]),
    ...(transfers.length === 0 ? [] : ['', toTable(screen, ['from change', 'transfer', 'contacts', 'at'], transfers)]),
  ];
}

function describeContacts({ oldContactId, newContactId }: WalletTransfer): string {
  return `${oldContactId ?? 'unknown'} to ${newContactId ?? 'unknown'}`;
}

const resaleLines: Readonly<Record<Resale, string | undefined>> = {
  FREE: 'may be sold again: TIXNGO confirmed its deletion',
  WAITING: 'may not be sold again yet: TIXNGO has not confirmed its deletion',
  NOT_IN_WALLET: 'was never sent: TIXNGO has no deletion to confirm',
  RESOLD: 'may not be sold again: it is resold',
  REPLACED: 'may not be sold again: another ticket replaces it',
  VALID: undefined,
};

function toResaleLine(resale: Resale): readonly string[] {
  const line = resaleLines[resale];
  return line === undefined ? [] : [`  ${line}`];
}

function toPutAsideLines({ putAside, kept }: WalletStory): readonly string[] {
  return [
    ...(putAside === 0 ? [] : [`  ${String(putAside)} of its records put aside: tixngo put-aside list`]),
    ...(kept === 0
      ? []
      : [
          `  ${String(kept)} of its records kept while it is skipped, applied by the first run afterwards: tixngo put-aside list --reason SKIPPED`,
        ]),
  ];
}

const person = z
  .object({
    firstName: z.string().nullish().catch(null),
    lastName: z.string().nullish().catch(null),
    email: z.string().nullish().catch(null),
  })
  .catch({});

/** A person as the wallet has one; undefined where it told nothing that names one. */
function describePerson(value: unknown): string | undefined {
  const { firstName, lastName, email } = person.parse(value);
  const parts = [firstName, lastName, email === null || email === undefined ? null : `<${email}>`];
  return parts.filter((part) => part !== null && part !== undefined && part !== '').join(' ') || undefined;
}
