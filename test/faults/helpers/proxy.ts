import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { listen } from '../../helpers/listen';

/** What stands between one client and the server; absent: everything passes. */
export interface Middle {
  /** Bytes on their way; what it gives goes on, nothing swallows them. `cut` ends both sides at once. */
  readonly toServer?: (bytes: Buffer, cut: () => void) => Buffer | undefined;
  readonly toClient?: (bytes: Buffer, cut: () => void) => Buffer | undefined;
}

/** A way to a server of this machine that can be disturbed. */
export interface Proxy {
  readonly port: number;
  /** Connections that stand now. */
  connections(): number;
  /** Attempts to connect while it was shut. */
  refused(): number;
  /** Ends every connection, and each new one at once, until it is opened again. */
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 and passes on to `port` there. */
export async function openProxy(port: number, stand: () => Middle = () => ({})): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let isShut = false;
  let refused = 0;
  const server = createServer({ allowHalfOpen: false }, (client) => {
    if (isShut) {
      refused += 1;
      client.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    const middle = stand();
    const cut = () => {
      client.resetAndDestroy();
      upstream.destroy();
    };
    pass(client, upstream, { change: middle.toServer, cut });
    pass(upstream, client, { change: middle.toClient, cut });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      // Whichever side ends, the other one does, too.
      socket.on('error', cut).on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
  });
  const listensOn = await listen(server);
  const endAll = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: listensOn,
    connections: () => sockets.size / 2,
    refused: () => refused,
    shut: () => {
      isShut = true;
      endAll();
    },
    open: () => {
      isShut = false;
    },
    close: async () => {
      server.close();
      endAll();
      await once(server, 'close');
    },
  };
}

interface Passing {
  readonly change: Middle['toServer'];
  readonly cut: () => void;
}

function pass(from: Socket, to: Socket, { change, cut }: Passing): void {
  from.on('data', (bytes: Buffer) => {
    const changed = change === undefined ? bytes : change(bytes, cut);
    if (changed !== undefined && !to.destroyed) to.write(changed);
  });
}
