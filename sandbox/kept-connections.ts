import type { ServerResponse } from 'node:http';

const answered = new WeakSet<object>();

/** Notes that the connection of this answer may carry another call once it is written. */
export function noteConnection(response: ServerResponse): void {
  const { socket } = response;
  if (socket !== null && !answered.has(socket)) response.once('finish', () => answered.add(socket));
}

/** Whether its connection had an answer before: one that a client kept alive, and sends a call once more when it breaks. */
export function isKept({ socket }: ServerResponse): boolean {
  return socket !== null && answered.has(socket);
}
