import { createServer, type Server, type ServerResponse } from 'node:http';

export interface HealthOptions {
  readonly port: number;
  readonly address: string;
  /** The worker's loop runs. */
  readonly isRunning: () => boolean;
  /** Throws when Temporal or Postgres does not answer; the message says which. */
  readonly checkReady: () => Promise<void>;
}

export interface Health {
  readonly port: number;
  close(): Promise<void>;
}

/** `/healthz`: this process works. `/readyz`: and it reaches Temporal and Postgres. The SDK has neither. */
export async function openHealth(options: HealthOptions): Promise<Health> {
  const server = createServer((request, response) => {
    void answer(options, request.url ?? '', response);
  });
  await listen(server, options);
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The health server has no port');
  return {
    port: bound.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answer(options: HealthOptions, path: string, response: ServerResponse): Promise<void> {
  if (path === '/healthz') {
    const running = options.isRunning();
    reply(response, running ? 200 : 503, running ? 'running' : 'not running');
    return;
  }
  if (path !== '/readyz') {
    reply(response, 404, 'there are /healthz and /readyz');
    return;
  }
  try {
    await options.checkReady();
    reply(response, 200, 'ready');
  } catch (error) {
    reply(response, 503, error instanceof Error ? error.message : 'not ready');
  }
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
}

function listen(server: Server, { port, address }: HealthOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
