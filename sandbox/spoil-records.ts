import type { RecordsFault } from './diff-faults';
import type { DiffRecord } from './diff-record';

const hugeText = 'x'.repeat(1024 * 1024);

/** The records of a page with those spoilt that the fault means. */
export function spoilRecords(records: readonly unknown[], fault: RecordsFault): readonly unknown[] {
  let left = fault.most;
  return records.flatMap((record) => {
    if (left === 0 || !isRecord(record)) return [record];
    if (fault.ticketIds !== undefined && !fault.ticketIds.includes(record.ticketId)) return [record];
    left -= 1;
    const spoilt = spoilRecord(record, fault);
    return fault.place === 'beside' ? [record, spoilt] : [spoilt];
  });
}

/** An earlier fault may have taken the record apart already. */
function isRecord(record: unknown): record is DiffRecord {
  return typeof record === 'object' && record !== null && 'ticketId' in record && 'spectatorDetails' in record;
}

function spoilRecord(record: DiffRecord, { how, field = 'changedAt' }: RecordsFault): unknown {
  const { spectatorDetails, ticketId } = record;
  switch (how) {
    case 'unknown-status':
      return { ...record, status: 'LEVITATING' };
    case 'missing-field':
      return Object.fromEntries(Object.entries(record).filter(([name]) => name !== field));
    case 'wrong-type':
      return Object.fromEntries(
        Object.entries(record).map(([name, value]: [string, unknown]) => [
          name,
          name === field ? toOtherType(value) : value,
        ]),
      );
    case 'extra-field':
      return { ...record, mood: { weather: 'fair' }, spectatorDetails: { ...spectatorDetails, shoeSize: 43 } };
    case 'huge-details':
      return { ...record, ticketDetails: { ...record.ticketDetails, extra: [{ key: 'note', value: hugeText }] } };
    case 'birth-date':
      return { ...record, spectatorDetails: { ...spectatorDetails, dateOfBirth: '1990-02-30' } };
    case 'email':
      return withoutEmails(record);
    case 'unknown-ticket':
      return { ...record, ticketId: `99${ticketId}` };
    case 'odd-ticket':
      return { ...record, ticketId: `N-${ticketId}` };
    case 'odd-characters':
      return { ...record, ticketDetails: { extra: [{ key: 'note', value: 'nul \u0000, half \ud83d' }] } };
  }
}

function toOtherType(value: unknown): unknown {
  return typeof value === 'string' ? 42 : 'forty-two';
}

function withoutEmails(record: DiffRecord): unknown {
  const email = 'nobody at all';
  const { transfer } = record;
  return {
    ...record,
    spectatorDetails: { ...record.spectatorDetails, email },
    ...(transfer === undefined ? {} : { transfer: { ...transfer, to: { email } } }),
  };
}
