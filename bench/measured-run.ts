import { openSandboxAdmin, type SandboxAdmin } from '../sandbox/admin-client';
import { startSandboxProgram, type StackSandbox } from '../local/stack-sandbox';
import { account } from './account';
import type { Arena, Timed } from './arena';
import { checkDeliveries, checkMarks, checkReport, type Repeats } from './check';
import { PullCheck } from './check-pull';
import { tickIdly } from './idle-tick';
import { pullPlain, pushPlain } from './plain';
import { pullOurs, pullPages } from './pull-ours';
import { pushThroughCrash } from './push-crash';
import { pushOurs } from './push-ours';
import type { Api, Entry, Run } from './race';
import type { RunDatabase, Stage } from './stage';
import type { Season } from './template';

const contenders: Readonly<Record<Entry['does'], (arena: Arena) => Promise<Timed>>> = {
  ours: pushOurs,
  plain: pushPlain,
  crash: pushThroughCrash,
  tick: tickIdly,
  pull: pullOurs,
  'plain-pull': pullPlain,
  pages: pullPages,
};

/** Changes of a ticket that the API tells of: injected, downloaded, transferred or assigned. */
const recordsPerTicket = 5;

/** Bench mode answers without looking; one that knows its tickets checks and keeps them, and takes no key's word. */
const apiFlags: Readonly<Record<Api, readonly string[]>> = {
  accepts: ['--bench'],
  fails: ['--bench'],
  knows: ['--ignore-idempotency-keys'],
};

/** One run on a fresh copy of the database, against a fresh API, checked from outside: a wrong run is no result and throws. */
export async function measureRun(stage: Stage, entry: Entry): Promise<Run> {
  const database = await stage.openRunDatabase(toSeason(entry));
  try {
    const sandbox = await startApi(stage, entry);
    try {
      const admin = openSandboxAdmin(sandbox.adminUrl);
      if (entry.api === 'fails') {
        await admin.addFault({ kind: 'status', status: 503, probability: 0.01, operation: 'injectTickets' });
      }
      if (isPull(entry)) {
        await admin.records({
          // The same for every contender: what they leave behind is compared.
          startMs: Date.UTC(2026, 5, 1),
          organizer: account.organizer,
          count: entry.due,
          ticketIds: [...database.dueTicketIds].sort(byNumber),
        });
      }
      const arena = { stage, database, sandbox: { pid: sandbox.pid, admin } };
      const { startedAt, report, ...timed } = await contenders[entry.does](arena);
      await check({ admin, database, report }, entry);
      const { firstCallAt } = await admin.timeline();
      const firstCall = firstCallAt === null ? {} : { firstCallSeconds: (firstCallAt - startedAt) / 1_000 };
      return { ...timed, ...firstCall, tickets: entry.due };
    } finally {
      await sandbox.stop();
    }
  } finally {
    await database.drop();
  }
}

function startApi(stage: Stage, { api, latencyMs }: Entry): Promise<StackSandbox> {
  return startSandboxProgram({
    args: [
      ...['--organizer', `${account.organizer}:${account.keyVariable}`, ...apiFlags[api]],
      ...['--port', String(stage.sandboxPort), '--latency-ms', String(latencyMs)],
    ],
    environment: { [account.keyVariable]: account.key },
    logFolder: stage.logFolder,
  });
}

function isPull({ does }: Entry): boolean {
  return does === 'pull' || does === 'plain-pull' || does === 'pages';
}

function toSeason(entry: Entry): Season {
  if (!isPull(entry)) return { state: 'due', tickets: entry.due };
  return { state: 'injected', tickets: Math.ceil(entry.due / recordsPerTicket) };
}

/** Both contenders are told the same in the same order. */
function byNumber(one: string, other: string): number {
  return Number(one) - Number(other);
}

function toRepeats({ does, api }: Entry): Repeats {
  if (does === 'crash') return 'accepted';
  return api === 'fails' ? 'received' : 'none';
}

interface Outside {
  readonly admin: SandboxAdmin;
  readonly database: RunDatabase;
  readonly report: Timed['report'];
}

const pullCheck = new PullCheck();

async function check({ admin, database, report }: Outside, entry: Entry): Promise<void> {
  const problems = isPull(entry)
    ? await pullCheck.check(database, { records: entry.due, report })
    : [
        ...checkDeliveries(database.dueTicketIds, (await admin.calls('injectTickets')).tickets, toRepeats(entry)),
        ...checkReport(database.dueTicketIds, report),
        ...(await checkMarks(database)),
      ];
  if (problems.length > 0) throw new Error(`The run is wrong, so its time is no result: ${problems.join('; ')}`);
}
