import { count } from '../../core/count';
import { listDrift } from '../../db/queries/operations/list-drift';
import type { RunRow } from '../../db/queries/operations/list-runs';
import { listWallets } from '../../db/queries/operations/list-wallets';
import { readCounts } from '../../db/queries/retrieve-status/counts';
import { allHold, checkAgainstFiles, type Finding } from './check';
import { checkReadBack } from './check-read-back';
import { toCount, type Cell, type DemoScreen } from './screen';
import { readRuns } from './watch';
import { ORGANIZER, type DemoWorld } from './world';

/** What the sandbox had after the pushes, before the crowd moved anything. */
export interface Pushed {
  readonly findings: readonly Finding[];
  /** Calls that came, those of them answered from memory, and the most at once. */
  readonly calls: number;
  readonly repeated: number;
  readonly mostAtOnce: number;
}

/** Counts the pushes at the sandbox against the files. */
export async function countPushed({ sandbox, due, poison }: DemoWorld): Promise<Pushed> {
  const { summary, calls, tickets } = await sandbox.calls();
  const { tickets: wallets } = await sandbox.state();
  const expectation = { due, poison: poison.ticketId, organizer: ORGANIZER };
  return {
    findings: checkAgainstFiles(expectation, { wallets, arrivals: tickets }),
    calls: calls.length,
    repeated: calls.filter(({ replayed }) => replayed).length,
    mostAtOnce: summary.maxInFlight,
  };
}

/** Shows the runs and what was counted at the sandbox; whether the files, the wallets and Postgres agree. */
export async function showResult(world: DemoWorld, pushed: Pushed): Promise<boolean> {
  const { screen, due, stack } = world;
  screen.chapter('What came of it');
  const runs = await readRuns(world);
  showPushes(screen, runs);
  showReadings(screen, runs);

  screen.say('');
  screen.note(
    `Counted at the sandbox against tickets.csv and contacts.csv, ${toCount(due.length)} tickets due. ${toCount(pushed.calls)} calls came, ${String(pushed.mostAtOnce)} at once at most;`,
  );
  screen.note(
    `${toCount(pushed.repeated)} of them came again under their key after the kill, and were answered without being done twice.`,
  );
  showFindings(screen, pushed.findings);
  screen.say('');
  screen.note('Postgres after the day of the crowd, counted against the wallets of the sandbox.');
  const readBack = await countReadBack(world);
  showFindings(screen, readBack);
  const holds = allHold([...pushed.findings, ...readBack]);
  screen.say('');
  screen.say(
    holds
      ? `${screen.paint('green', 'The check holds:')} nothing lost, nothing doubled, nothing extra, on the way there and back.`
      : `${screen.paint('red', 'The check does not hold.')} The logs are in .local/demo-logs`,
  );
  for (const url of listLasting(stack, process.stdout.isTTY)) screen.say(`Temporal UI: ${screen.paint('bold', url)}`);
  return holds;
}

async function countReadBack({ sandbox, database }: DemoWorld): Promise<readonly Finding[]> {
  const { tickets: wallets } = await sandbox.state();
  const { records } = await sandbox.changes(ORGANIZER);
  const { total: drift } = await listDrift(database, { limit: 1 });
  return checkReadBack({ wallets, records }, { tickets: await listWallets(database, ORGANIZER), drift });
}

function showFindings(screen: DemoScreen, findings: readonly Finding[]): void {
  const rows = findings.map(({ what, expected, found }): Cell[] => [
    what,
    expected,
    found,
    expected === found ? screen.paint('green', 'holds') : screen.paint('red', 'DOES NOT HOLD'),
  ]);
  screen.table(['check', 'expected', 'found', ''], rows);
}

/** The address of the Temporal UI, as far as somebody can still open it: away from a terminal the demo ends now, and the address with it. */
export function listLasting(
  { temporalUiUrl }: { readonly temporalUiUrl?: string },
  staysUp: boolean,
): readonly string[] {
  return staysUp && temporalUiUrl !== undefined ? [temporalUiUrl] : [];
}

function showPushes(screen: DemoScreen, runs: readonly RunRow[]): void {
  const pushes = runs.filter((run) => run.function === 'inject-tickets');
  const { told, idle } = splitIdle(pushes, ({ planned }) => planned);
  const rows = told.map((run): Cell[] => [
    ...toName(run),
    run.planned,
    run.delivered,
    run.refused,
    paintOutcome(screen, run.outcome ?? 'open'),
    toTaken(run),
  ]);
  screen.table(['run', 'inject-tickets', 'started', 'tickets', 'delivered', 'refused', 'outcome', 'seconds'], rows);
  if (idle > 0) screen.note(`  and ${count(idle, 'start')} of the schedule with nothing due`);
}

function showReadings(screen: DemoScreen, runs: readonly RunRow[]): void {
  const readings = runs
    .filter((run) => run.function === 'retrieve-status')
    .map((run) => ({ ...run, ...readCounts(run.retrieved) }));
  const { told, idle } = splitIdle(readings, ({ records }) => records);
  const rows = told.map((run): Cell[] => [
    ...toName(run),
    run.records,
    run.applied + run.older,
    run.repeated,
    run.putAside,
    paintOutcome(screen, run.outcome ?? 'open'),
    toTaken(run),
  ]);
  screen.say('');
  screen.table(
    ['run', 'retrieve-status', 'started', 'records', 'new', 'known', 'put aside', 'outcome', 'seconds'],
    rows,
  );
  if (idle > 0) screen.note(`  and ${count(idle, 'start')} of the schedule with nothing new`);
}

/** Starts of a schedule that found nothing are a number only. */
function splitIdle<Run extends RunRow>(
  runs: readonly Run[],
  work: (run: Run) => number,
): { readonly told: readonly Run[]; readonly idle: number } {
  const told = runs.filter((run) => run.trigger !== 'SCHEDULE' || work(run) > 0);
  return { told, idle: runs.length - told.length };
}

function toName({ run, schedule, trigger }: RunRow): readonly Cell[] {
  return [run, schedule, trigger === 'SCHEDULE' ? 'schedule' : 'by hand'];
}

function toTaken({ openedAtMs, closedAtMs }: RunRow): string {
  const taken = closedAtMs === null ? '-' : ((closedAtMs - openedAtMs) / 1000).toFixed(1);
  return taken.padStart('seconds'.length);
}

function paintOutcome(screen: DemoScreen, outcome: string): string {
  if (outcome === 'OK') return screen.paint('green', outcome);
  return screen.paint(outcome === 'ERROR' ? 'red' : 'yellow', outcome);
}
