import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * A port of 127.0.0.1 that nothing listens on. One connection is opened and closed from the server's side: while its remains
 * wait in the kernel, the port is not given to anybody else who asks for a free one, yet can be listened on.
 */
export async function freePort(): Promise<number> {
  const server = createServer((socket) => socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1');
  const client = connect(address.port, '127.0.0.1').resume();
  await once(client, 'close');
  server.close();
  await once(server, 'close');
  return address.port;
}

/** Whether nothing listens on a port of 127.0.0.1, and it is ours to take. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    // Somebody else's, or not ours to take: either way another one is needed.
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
