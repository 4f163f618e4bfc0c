/** A time in UTC (`2026-06-14T18:00:00.5Z`) as Postgres gives it: to the microsecond. */
export function toMicroseconds(changedAt: string): string {
  const [, second = '', fraction = ''] = /^([^.Z]*)(?:\.(\d*))?Z$/.exec(changedAt) ?? [];
  return `${second}.${fraction.padEnd(6, '0')}Z`;
}
