/**
 * Postgres' text form (`2026-11-20 10:05:00+00`) to ISO 8601. What no calendar of ours holds (`infinity`, before Christ, the year 294000) stays as it
 * is written: its ticket is refused with the field's name (`core/messages`), and keeps no other from going out.
 */
export function toInstantText(instant: string | null): string | null {
  if (instant === null) return null;
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? instant : date.toISOString();
}
