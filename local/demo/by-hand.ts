import { CLUB as CLUB_ORGANIZATION } from '../season';
import { readRuns } from './watch';
import type { DemoWorld } from './world';

const MATCHES = 'euro-host/inject-matches';
const CLUB = 'fc-example/inject-club';

/** The rest is started by hand; one ticket that TIXNGO refuses turns the run red, is skipped, and the next run is green. */
export async function sendByHand(world: DemoWorld): Promise<void> {
  const { screen, operator, sandbox, poison } = world;
  screen.chapter('The rest by hand, with one ticket that TIXNGO refuses');
  await sandbox.addFault({ kind: 'poison', ticketIds: [poison.ticketId], how: 'call-not-naming' });
  screen.note(
    `TIXNGO refuses every call with ticket ${poison.ticketNumber} in it, and does not say which ticket it means.`,
  );
  const exitCode = await operator.type('run', MATCHES, '--wait');
  if (exitCode !== 1) throw new Error(`The run with a poison ticket ended with ${String(exitCode)}, not 1`);
  const run = await readLastRun(world);
  screen.say('');
  screen.say(
    `${screen.paint('red', 'Red.')} The Temporal UI shows: ${screen.paint('bold', await readFailure(world, run))}`,
  );

  screen.chapter('The ticket is put aside, and the next run is green');
  await operator.typeWell('log', String(run.run), '--outcome', 'REFUSED');
  await operator.typeWell('skip', 'add', MATCHES, poison.ticketNumber, '--reason', 'address to be mended');
  await operator.typeWell('run', MATCHES, '--wait');
  await sendClub(world);
}

async function sendClub(world: DemoWorld): Promise<void> {
  const { screen, operator, due } = world;
  // A small season has none of them.
  if (!due.some(({ organization }) => organization === CLUB_ORGANIZATION)) return;
  screen.say('');
  screen.note('The other organization sells its own match, and sends to the same TIXNGO account.');
  await operator.typeWell('run', CLUB, '--wait');
}

async function readLastRun(world: DemoWorld) {
  const runs = await readRuns(world);
  const last = runs.findLast(({ trigger }) => trigger === 'OPERATOR');
  if (last === undefined) throw new Error('No run was started by hand');
  return last;
}

/** What the run failed with in Temporal, asked there. */
async function readFailure(
  { client }: DemoWorld,
  run: { readonly workflowId: string; readonly firstRunId: string },
): Promise<string> {
  const end = await client.wait(run);
  return end.completed ? 'nothing: the workflow completed' : end.message;
}
