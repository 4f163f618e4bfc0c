/**
 * Milliseconds that a `Retry-After` header asks for; undefined when it is absent or in no known form. A date is read against the
 * answer's own `Date` header, because our clock and theirs may differ; without one against `nowMs`. A date in the past is 0.
 */
export function parseRetryAfter(header: unknown, dateHeader: unknown, nowMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const until = toHttpDate(text);
  if (until === undefined) return undefined;
  const from = typeof dateHeader === 'string' ? (toHttpDate(dateHeader) ?? nowMs) : nowMs;
  return Math.max(0, until - from);
}

/** RFC 9110 dates begin with the name of a day; everything else that Date.parse would guess at is refused. */
function toHttpDate(text: string): number | undefined {
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
