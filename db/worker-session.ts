import { Client } from 'pg';
import { onlyRow } from './prepared';

/** A worker's proof of life: a connection used for nothing else. Its backend is gone milliseconds after SIGKILL, and stays while frozen. */
export interface WorkerSession {
  /** Id of the `worker` row of the present connection; undefined while there is none. */
  id(): string | undefined;
  close(): Promise<void>;
}

export interface WorkerSessionOptions {
  readonly url: string;
  readonly name: string;
  /** Told when the connection is lost and when a new one, with a new worker row, stands. */
  readonly onChange: (id: string | undefined) => void;
}

/** Opens the session; when it breaks, opens another under a new worker row, for calls of the old one are judged by the old one. */
export async function openWorkerSession(options: WorkerSessionOptions): Promise<WorkerSession> {
  let id: string | undefined;
  let client: Client | undefined;
  let closing = false;
  let retry: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const fresh = new Client({
      connectionString: options.url,
      application_name: 'tixngo worker session',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    const lose = () => {
      if (client !== fresh) return;
      client = undefined;
      id = undefined;
      if (closing) return;
      options.onChange(undefined);
      reconnect();
    };
    fresh.on('error', lose);
    fresh.on('end', lose);
    await fresh.connect();
    const inserted = await fresh.query<{ id: string }>(
      `insert into worker (name, backend_pid, backend_start)
       select $1, pid, backend_start from pg_stat_activity where pid = pg_backend_pid() returning id`,
      [options.name],
    );
    client = fresh;
    id = onlyRow(inserted.rows).id;
    options.onChange(id);
  };
  const reconnect = () => {
    retry = setTimeout(() => {
      connect().catch(() => {
        if (!closing) reconnect();
      });
    }, 250);
  };

  await connect();
  return {
    id: () => id,
    close: async () => {
      closing = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}
