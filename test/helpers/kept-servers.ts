type Close = () => Promise<void>;

declare global {
  // Jest loads set-up and teardown as modules apart; only the global object is the same.
  var tixngoKeptServers: readonly Close[] | undefined;
}

/** Keeps what the global teardown has to end, in this order. */
export function keepForTeardown(closes: readonly Close[]): void {
  globalThis.tixngoKeptServers = closes;
}

export function keptForTeardown(): readonly Close[] {
  return globalThis.tixngoKeptServers ?? [];
}
