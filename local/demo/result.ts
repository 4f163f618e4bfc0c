import { count } from '../../core/count';
import type { RunRow } from '../../db/queries/operations/list-runs';
import { allHold, checkAgainstFiles } from './check';
import { toCount, type Cell, type DemoScreen } from './screen';
import { readRuns } from './watch';
import { ORGANIZER, type DemoWorld } from './world';

/** Shows the runs and what was counted at the sandbox; whether all of it is as the files say. */
export async function showResult(world: DemoWorld): Promise<boolean> {
  const { screen, sandbox, due, poison, stack } = world;
  screen.chapter('What came of it');
  showRuns(screen, await readRuns(world));

  const { summary, calls, tickets } = await sandbox.calls();
  const { tickets: wallets } = await sandbox.state();
  screen.say('');
  screen.note(
    `Counted at the sandbox against tickets.csv and contacts.csv, ${toCount(due.length)} tickets due. ${toCount(calls.length)} calls came, ${String(summary.maxInFlight)} at once at most;`,
  );
  const repeated = calls.filter(({ replayed }) => replayed).length;
  screen.note(
    `${toCount(repeated)} of them came again under their key after the kill, and were answered without being done twice.`,
  );
  const findings = checkAgainstFiles(
    { due, poison: poison.ticketId, organizer: ORGANIZER },
    { wallets, arrivals: tickets },
  );
  const rows = findings.map(({ what, expected, found }): Cell[] => [
    what,
    expected,
    found,
    expected === found ? screen.paint('green', 'holds') : screen.paint('red', 'DOES NOT HOLD'),
  ]);
  screen.table(['check', 'expected', 'found', ''], rows);
  const holds = allHold(findings);
  screen.say('');
  screen.say(
    holds
      ? `${screen.paint('green', 'The check holds:')} nothing lost, nothing doubled, nothing extra.`
      : `${screen.paint('red', 'The check does not hold.')} The logs are in .local/demo-logs`,
  );
  for (const url of listLasting(stack, process.stdout.isTTY)) screen.say(`Temporal UI: ${screen.paint('bold', url)}`);
  return holds;
}

/** The address of the Temporal UI, as far as somebody can still open it: away from a terminal the demo ends now, and the address with it. */
export function listLasting(
  { temporalUiUrl }: { readonly temporalUiUrl?: string },
  staysUp: boolean,
): readonly string[] {
  return staysUp && temporalUiUrl !== undefined ? [temporalUiUrl] : [];
}

function showRuns(screen: DemoScreen, runs: readonly RunRow[]): void {
  const idle = runs.filter(({ planned, trigger }) => planned === 0 && trigger === 'SCHEDULE');
  const rows = runs
    .filter((run) => !idle.includes(run))
    .map((run): Cell[] => [
      run.run,
      run.schedule,
      run.trigger === 'SCHEDULE' ? 'schedule' : 'by hand',
      run.planned,
      run.delivered,
      run.refused,
      paintOutcome(screen, run.outcome ?? 'open'),
      toTaken(run).padStart('seconds'.length),
    ]);
  screen.table(['run', 'schedule', 'started', 'tickets', 'delivered', 'refused', 'outcome', 'seconds'], rows);
  if (idle.length > 0) screen.note(`  and ${count(idle.length, 'start')} of the schedule with nothing due`);
}

function toTaken({ openedAtMs, closedAtMs }: RunRow): string {
  return closedAtMs === null ? '-' : ((closedAtMs - openedAtMs) / 1000).toFixed(1);
}

function paintOutcome(screen: DemoScreen, outcome: string): string {
  if (outcome === 'OK') return screen.paint('green', outcome);
  return screen.paint(outcome === 'ERROR' ? 'red' : 'yellow', outcome);
}
