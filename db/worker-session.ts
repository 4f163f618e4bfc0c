import { Client } from 'pg';
import { onlyRow } from './prepared';

/**
 * A worker's proof of life: a connection used for nothing else. Its backend is gone milliseconds after SIGKILL, and stays while frozen. A
 * backend that is ended while the worker lives is replaced within a second, under the same `worker` row (docs/decisions/0007).
 */
export interface WorkerSession {
  /** Id of this worker's row; undefined while no connection proves it: then it announces nothing. */
  id(): string | undefined;
  /** Ends the session and says that this worker has no call under way any more. */
  close(): Promise<void>;
}

export interface WorkerSessionOptions {
  readonly url: string;
  readonly name: string;
  /** Told when the connection is lost and when another one stands. */
  readonly onChange: (id: string | undefined) => void;
}

/** Opens the session; when it breaks, another connection proves the same row. */
export async function openWorkerSession(options: WorkerSessionOptions): Promise<WorkerSession> {
  const session = new KeptSession(options);
  await session.connect();
  return session;
}

/** A worker that is not seen for 4 s and has no session counts as dead (`worker_may_live`): both times are far below. */
const seenEveryMs = 1_000;
const reconnectAfterMs = 250;

/** A backend of Postgres, as a `worker` row names the one that proves it. */
interface Backend {
  readonly pid: number;
  /** Postgres' text form: no microsecond is lost on the way back. */
  readonly start: string;
}

/** The row of this worker and the backend that proves it. */
interface Proof extends Backend {
  readonly id: string;
}

class KeptSession implements WorkerSession {
  private proof: Proof | undefined;
  /** Backends that the row may name now: that of the last proof, and of those since then whose answer was lost. */
  private written: readonly Backend[] = [];
  private client: Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(private readonly options: WorkerSessionOptions) {}

  id(): string | undefined {
    return this.client === undefined ? undefined : this.proof?.id;
  }

  async connect(): Promise<void> {
    const fresh = new Client({
      connectionString: this.options.url,
      application_name: 'tixngo worker session',
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      keepAlive: true,
    });
    const lose = () => {
      this.lose(fresh);
    };
    fresh.on('error', lose);
    fresh.on('end', lose);
    try {
      await fresh.connect();
      const backend = await findBackend(fresh);
      this.written = [...this.written, backend];
      this.proof = await prove(fresh, { name: this.options.name, backend, id: this.proof?.id, written: this.written });
      this.written = [backend];
    } catch (error) {
      drop(fresh);
      throw error;
    }
    if (this.closing) {
      drop(fresh);
      return;
    }
    this.client = fresh;
    this.timer = setTimeout(() => void this.showLife(fresh), seenEveryMs);
    this.options.onChange(this.proof.id);
  }

  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.timer);
    const { client, proof } = this;
    if (client === undefined || proof === undefined) return;
    try {
      await client.query(`update worker set seen_at = '-infinity' where id = $1`, [proof.id]);
    } catch {
      // The database is away: without this word the worker counts as dead a few seconds later.
    }
    await client.end();
  }

  private async showLife(client: Client): Promise<void> {
    const { proof } = this;
    if (proof === undefined || this.client !== client) return;
    try {
      const seen = await client.query('update worker set seen_at = now() where id = $1 and backend_pid = $2', [
        proof.id,
        proof.pid,
      ]);
      if (seen.rowCount !== 1) throw new Error('The row of this worker is gone: the database was restored');
    } catch {
      // Whatever it is, this connection proves nothing any more; the next one does, or says why not.
      this.lose(client);
      drop(client);
      return;
    }
    if (this.client === client) this.timer = setTimeout(() => void this.showLife(client), seenEveryMs);
  }

  private lose(client: Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    clearTimeout(this.timer);
    if (this.closing) return;
    this.options.onChange(undefined);
    this.reconnect(0);
  }

  private reconnect(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.connect().catch(() => {
        // A database that is away is asked again until it is back; `onChange` told that there is no session meanwhile.
        if (!this.closing) this.reconnect(reconnectAfterMs);
      });
    }, afterMs);
  }
}

async function findBackend(client: Client): Promise<Backend> {
  const { rows } = await client.query<Backend>(
    'select pid, backend_start::text as start from pg_stat_activity where pid = pg_backend_pid()',
  );
  return onlyRow(rows);
}

interface Proving {
  readonly name: string;
  readonly backend: Backend;
  readonly id: string | undefined;
  readonly written: readonly Backend[];
}

/**
 * Writes the backend into the row of this worker, or a new row if there is none as this process left it: a restored database may hold
 * another worker's under the same id.
 */
async function prove(client: Client, { name, backend, id, written }: Proving): Promise<Proof> {
  if (id !== undefined) {
    const { rowCount } = await client.query(
      `update worker w set backend_pid = $2, backend_start = $3::timestamptz, seen_at = now()
       from unnest($4::integer[], $5::timestamptz[]) as known(pid, start)
       where w.id = $1 and w.backend_pid = known.pid and w.backend_start = known.start`,
      [id, backend.pid, backend.start, written.map(({ pid }) => pid), written.map(({ start }) => start)],
    );
    if (rowCount === 1) return { id, ...backend };
  }
  const inserted = await client.query<{ id: string }>(
    'insert into worker (name, backend_pid, backend_start) values ($1, $2, $3::timestamptz) returning id',
    [name, backend.pid, backend.start],
  );
  return { id: onlyRow(inserted.rows).id, ...backend };
}

/** Ends a connection that is of no use; one that is broken already cannot be ended any better. */
function drop(client: Client): void {
  client.end().catch(() => undefined);
}
