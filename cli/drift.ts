import { count } from '../core/count';
import { listOrganizations, type OrganizationRow } from '../db/queries/configuration/list-organizations';
import { listDrift, type Drift } from '../db/queries/operations/list-drift';
import type { Answer } from './answer';
import type { CommonOptions } from './command';
import { notFound, wrongUsage } from './failure';
import { parseLimit, toShownLine } from './output/standing';
import { toTable } from './output/table';
import { parseDuration, toDuration, toTime } from './output/times';
import type { Session } from './session';

export interface DriftOptions extends CommonOptions {
  readonly olderThan?: string;
  readonly organization?: string;
  readonly limit: string;
}

/** The tickets whose statuses in S-360 and in the wallet do not correspond; 1 when there is one. */
export async function showDrift(session: Session, options: DriftOptions): Promise<Answer> {
  const limit = parseLimit(options.limit);
  const olderThanMs = options.olderThan === undefined ? 0 : parseDuration(options.olderThan);
  if (olderThanMs === undefined) {
    const allowed = 'a number and s, m, h or d, such as 15m';
    throw wrongUsage(`--older-than ${options.olderThan ?? ''} is no length of time. Allowed: ${allowed}`);
  }
  const database = await session.database();
  const organizations = await listOrganizations(database.kysely);
  const organizationId = toOrganizationId(organizations, options.organization);
  const drift = await listDrift(database, {
    ...(organizationId !== undefined && { organizationId }),
    olderThanSeconds: olderThanMs / 1000,
    limit,
  });
  const zones = new Map(organizations.map(({ code, timeZone }) => [code, timeZone]));
  return {
    document: {
      total: drift.total,
      younger: drift.younger,
      counts: drift.counts.map(({ status, mobile, count: tickets }) => ({ status, wallet: mobile, tickets })),
      shown: drift.tickets.length,
      tickets: drift.tickets.map(({ sinceMs, forSeconds, mobile, ...ticket }) => ({
        ...ticket,
        wallet: mobile,
        since: toTime(sinceMs, zones.get(ticket.organization) ?? 'UTC'),
        forSeconds: Math.round(forSeconds),
      })),
    },
    lines: toLines(session, drift, options.olderThan),
    exitCode: drift.total === 0 ? 0 : 1,
  };
}

function toOrganizationId(organizations: readonly OrganizationRow[], code: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  const found = organizations.find((organization) => organization.code === code);
  const codes = organizations.map((organization) => organization.code);
  if (found === undefined) throw notFound(`There is no organization ${code}`, codes.slice(0, 5));
  return found.id;
}

function toLines({ screen }: Session, drift: Drift, olderThan: string | undefined): readonly string[] {
  const { total, younger, counts, tickets } = drift;
  const forLess = `${count(younger, 'ticket')} for less`;
  if (total === 0 && younger > 0) return [`No drift for ${olderThan ?? '0s'} or longer; ${forLess}`];
  if (total === 0) return ['No drift: S-360 and the wallet correspond'];
  const cells = tickets.map((ticket) => [
    ticket.ticketNumber,
    `id:${ticket.ticketId}`,
    ticket.organization,
    ticket.status,
    ticket.mobile ?? 'never read back',
    toDuration(ticket.forSeconds * 1000),
  ]);
  return [
    toTable(screen, ['ticket', 'id', 'organization', 'S-360', 'wallet', 'for'], cells),
    ...toShownLine(tickets.length, total),
    '',
    `${count(total, 'ticket')} that S-360 and the wallet see differently:`,
    ...counts.map(
      (row) => `  ${String(row.count)} ${row.status} here, ${row.mobile ?? 'never read back'} in the wallet`,
    ),
    ...(younger === 0 ? [] : [`${forLess}, not listed`]),
  ];
}
