import { join } from 'node:path';
import { toRetrieveId } from '../../client/retrieve-id';
import { countChanges } from '../../db/queries/operations/list-wallets';
import type { CrowdReport } from '../../sandbox/crowd';
import { writeConfiguration } from './configuration';
import { toCount } from './screen';
import { until } from './watch';
import { ORGANIZER, type DemoWorld } from './world';

const BY_CLOCK = 'euro-host/read-back';
const BY_HAND = 'fc-example/read-by-hand';
/** One half of the day: so many tickets, and so many steps with them. */
const CROWD = { tickets: 300, steps: 1_000, organizer: ORGANIZER } as const;

/** The crowd acts; its morning is read back by a schedule, its afternoon by hand, by the other organization of the account. */
export async function readBack(world: DemoWorld): Promise<void> {
  const { screen, operator, sandbox, seed } = world;
  screen.chapter('The day of the crowd, read back');
  const file = 'tixngo.yaml';
  await writeConfiguration(join(world.folder, file), world.configuration);
  await operator.typeWell('apply', file);
  screen.note(`Two organizations share the account. ${BY_CLOCK} reads it every 5 s, ${BY_HAND} when it is asked to.`);

  tellCrowd(world, 'morning', await sandbox.crowd({ ...CROWD, seed }));
  await waitForChanges(world);
  await operator.typeWell('pause', BY_CLOCK, '--reason', 'the rest is read by hand');
  await waitUntilFree(world);

  tellCrowd(world, 'afternoon', await sandbox.crowd({ ...CROWD, seed: seed + 1 }));
  await operator.typeWell('run', BY_HAND, '--wait');
  await waitForChanges(world);
  await operator.typeWell('drift');
}

function tellCrowd({ screen }: DemoWorld, when: string, { tickets, steps, actions }: CrowdReport): void {
  const did = Object.entries(actions).map(([action, times]) => `${action} ${toCount(times)}`);
  screen.say(`The crowd's ${when}: ${toCount(steps)} steps with ${toCount(tickets)} tickets: ${did.join(', ')}.`);
}

/** Until Postgres has as many changes as the sandbox: told twice or out of order, each counts once. */
async function waitForChanges({ screen, sandbox, database, signal }: DemoWorld): Promise<void> {
  const { count: total } = await sandbox.changeSummary(ORGANIZER);
  await screen.progress({ label: 'in S-360', total, unit: 'changes' }, (show) =>
    until(
      async () => {
        const known = await countChanges(database);
        show(known);
        return known >= total ? known : undefined;
      },
      { what: 'The changes of the wallets in S-360', timeoutMs: 60_000, signal },
    ),
  );
}

/** One run at a time reads an account: the schedule's last one has to be over before another is started. */
async function waitUntilFree({ client, signal }: DemoWorld): Promise<void> {
  await until(
    async () => {
      const ticks = await client.listOpenRuns({
        function: 'retrieve-status',
        interface: 'euro-host',
        schedule: 'read-back',
      });
      const { state } = await client.describe(toRetrieveId(ORGANIZER));
      return ticks.length === 0 && state !== 'open' ? true : undefined;
    },
    { what: `The end of the last run of ${BY_CLOCK}`, timeoutMs: 60_000, signal },
  );
}
