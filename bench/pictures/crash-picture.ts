import { stretchMs } from '../../sandbox/timeline';
import type { Crash } from '../race';
import { drawChart } from './chart';
import { toLinearAxis } from './scales';

/** Throughput over time through a crash: tickets accepted in each quarter of a second, with the kill and what followed. */
export function drawCrash(crash: Crash, measuredOn: string): string {
  const points = toThroughput(crash);
  const end = Math.max(crash.doneAt, ...points.map(({ x }) => x));
  const [killed, ready, done] = [crash.killedAt, crash.readyAt, crash.doneAt].map((seconds) => seconds.toFixed(1));
  return drawChart({
    title: '20,000 tickets, the worker killed at 40 % (SIGKILL) and started again at once',
    description: `Tickets accepted over time. Killed ${killed ?? ''} s after the start, the new worker ready at ${ready ?? ''} s, everything done at ${done ?? ''} s.`,
    x: toLinearAxis('seconds since the start of the run', end),
    y: toLinearAxis('tickets accepted per 0.25 s', Math.max(...points.map(({ y }) => y))),
    lines: [{ name: '', as: 'ours', dots: false, points }],
    marks: [
      { name: `killed, new one started: ${killed ?? ''} s`, x: crash.killedAt },
      { name: `ready: ${ready ?? ''} s`, x: crash.readyAt },
      { name: `all done: ${done ?? ''} s`, x: crash.doneAt },
    ],
    footnote: measuredOn,
  });
}

/** Steps over every stretch, also those in which nothing was accepted. */
export function toThroughput({ accepted, doneAt }: Crash): readonly { readonly x: number; readonly y: number }[] {
  const stretch = stretchMs / 1_000;
  const offset = accepted[0]?.seconds ?? 0;
  const toIndex = (seconds: number): number => Math.round((seconds - offset) / stretch);
  const byIndex = new Map(accepted.map(({ seconds, tickets }) => [toIndex(seconds), tickets]));
  // The first stretch may have begun before the run did.
  const count = Math.max(...byIndex.keys(), toIndex(doneAt) - 1) + 1;
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const y = byIndex.get(index) ?? 0;
    const from = Math.max(0, offset + index * stretch);
    return [
      { x: from, y },
      { x: offset + (index + 1) * stretch, y },
    ];
  });
}
