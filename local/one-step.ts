/** Passes an abort on to one step only while it runs: what has started already is ended by its owner, in order. */
export async function oneStep<T>(
  outer: AbortSignal | undefined,
  step: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted();
  const own = new AbortController();
  const pass = (): void => {
    own.abort(outer?.reason);
  };
  outer?.addEventListener('abort', pass);
  try {
    const result = await step(own.signal);
    return result;
  } finally {
    outer?.removeEventListener('abort', pass);
  }
}

/** Aborts at Ctrl-C, at SIGTERM and when the terminal goes away; `stopListening` gives the signals back to Node. */
export function abortWhenAskedToEnd(): { readonly signal: AbortSignal; readonly stopListening: () => void } {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals): void => {
    controller.abort(new Error(`ended by ${name}`));
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, abort);
  const stopListening = (): void => {
    for (const name of names) process.off(name, abort);
  };
  return { signal: controller.signal, stopListening };
}
