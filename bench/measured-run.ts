import { openSandboxAdmin, type SandboxAdmin } from '../sandbox/admin-client';
import { startSandboxProgram } from '../local/stack-sandbox';
import { account } from './account';
import type { Arena, Timed } from './arena';
import { checkDeliveries, checkMarks } from './check';
import { pushOurs } from './push-ours';
import { pushPlain } from './push-plain';
import type { ContenderName, Race, Run } from './race';
import type { RunDatabase, Stage } from './stage';

const push: Readonly<Record<ContenderName, (arena: Arena) => Promise<Timed>>> = { ours: pushOurs, plain: pushPlain };

/** One run on a fresh copy of the database, against a fresh API, checked from outside: a wrong run is no result and throws. */
export async function measureRun(stage: Stage, race: Race, contender: ContenderName): Promise<Run> {
  const database = await stage.openRunDatabase(race.due);
  try {
    const sandbox = await startSandboxProgram({
      args: [
        ...['--organizer', `${account.organizer}:${account.keyVariable}`, '--bench'],
        ...['--port', String(stage.sandboxPort), '--latency-ms', String(race.latencyMs)],
      ],
      environment: { [account.keyVariable]: account.key },
      logFolder: stage.logFolder,
    });
    try {
      const timed = await push[contender]({ stage, database, sandboxPid: sandbox.pid });
      await check(openSandboxAdmin(sandbox.adminUrl), database);
      return { ...timed, tickets: race.due };
    } finally {
      await sandbox.stop();
    }
  } finally {
    await database.drop();
  }
}

async function check(admin: SandboxAdmin, database: RunDatabase): Promise<void> {
  const { tickets } = await admin.calls('injectTickets');
  const problems = [...checkDeliveries(database.dueTicketIds, tickets), ...(await checkMarks(database))];
  if (problems.length > 0) throw new Error(`The run is wrong, so its time is no result: ${problems.join('; ')}`);
}
