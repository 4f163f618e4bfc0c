import type { InterfaceTest, SystemClient } from '../client/system-client';
import { findNearest } from '../core/nearest';
import { listInterfaces } from '../db/queries/operations/list-interfaces';
import { listLiveWorkers, type LiveWorker } from '../db/queries/operations/list-live-workers';
import type { Answer } from './answer';
import { CommandFailure, notFound } from './failure';
import { toTable } from './output/table';
import type { Session } from './session';

/** What one worker says about an interface. */
export interface WorkerVerdict {
  readonly worker: string;
  readonly good: boolean;
  readonly organizer: string | null;
  readonly clockOffsetMs: number | null;
  readonly problem: string | null;
}

/** Asks every live worker whether it reaches TIXNGO with the key of the interface. */
export async function testOnWorkers(session: Session, name: string): Promise<Answer> {
  const database = await session.database();
  const interfaces = await listInterfaces(database);
  const found = interfaces.find((row) => row.name === name);
  if (found === undefined) {
    const names = interfaces.map((row) => row.name);
    const nearest = findNearest(name, names);
    throw notFound(`There is no interface ${name}`, nearest === undefined ? names.slice(0, 5) : [nearest]);
  }
  const workers = await listLiveWorkers(database);
  if (workers.length === 0) {
    throw new CommandFailure(1, 'No worker runs, and the keys are where the workers are. Start one: tixngo worker');
  }
  const client = await session.client();
  const verdicts = await testInterface(client, found.name, { workers, now: session.now });
  const good = verdicts.every((verdict) => verdict.good);
  const cells = verdicts.map((verdict) => [
    verdict.worker,
    verdict.good ? 'good' : 'bad',
    verdict.organizer ?? '-',
    verdict.clockOffsetMs === null ? '-' : `${verdict.clockOffsetMs} ms`,
    verdict.problem ?? '',
  ]);
  return {
    document: { interface: name, good, workers: verdicts },
    lines: [toTable(session.screen, ['worker', 'verdict', 'organizer', 'clock', 'problem'], cells)],
    exitCode: good ? 0 : 1,
  };
}

/** Asks every worker; each compares the account that TIXNGO names with the configured one (domain.md 3). */
export async function testInterface(
  client: SystemClient,
  interfaceName: string,
  { workers, now }: { readonly workers: readonly LiveWorker[]; readonly now: Date },
): Promise<readonly WorkerVerdict[]> {
  return await Promise.all(
    workers.map(async (worker) => {
      const name = `${worker.name} (${worker.id})`;
      const test = await client.testInterface(interfaceName, { id: worker.id, at: now });
      return toVerdict(name, test);
    }),
  );
}

function toVerdict(worker: string, test: InterfaceTest | undefined): WorkerVerdict {
  if (test === undefined) {
    const problem = 'this worker did not answer';
    return { worker, good: false, organizer: null, clockOffsetMs: null, problem };
  }
  const { reachable, organizer = null, clockOffsetMs = null, problem = null } = test;
  return { worker, good: reachable && problem === null, organizer, clockOffsetMs, problem };
}
