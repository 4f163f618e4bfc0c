import { z } from 'zod';

const serversSchema = z.object({
  /** Postgres as its owner; the database in it is empty. */
  postgresUrl: z.string(),
  /** Name of the migrated database that nobody connects to. */
  template: z.string(),
  /** host:port of a Temporal server with timers that keep to the millisecond. */
  temporalAddress: z.string(),
  temporalUiUrl: z.string(),
  /** File with the bundle of `workflows/index.ts`; absent while there is none. */
  workflowBundle: z.string().optional(),
});

/** What the global set-up started for all test files together. */
export type Servers = z.infer<typeof serversSchema>;

const VARIABLE = 'TIXNGO_TEST_SERVERS';

/** The servers that all test files share; isolation comes from databases and task queues of one's own. */
export function testServers(): Servers {
  const text = process.env[VARIABLE];
  if (text === undefined) throw new Error('No servers: this test belongs to the project "served" of jest.config.js');
  return serversSchema.parse(JSON.parse(text));
}

/** Hands the servers to the test processes, which inherit the environment. */
export function publishServers(servers: Servers): void {
  process.env[VARIABLE] = JSON.stringify(servers);
}
