// Apart from the rest, because a command must tell these errors without loading Temporal's client, which takes longer than most commands.

/** Temporal does not answer at its address; the message says which address and what would help. */
export class TemporalUnreachable extends Error {
  override readonly name = 'TemporalUnreachable';

  constructor(
    readonly address: string,
    cause: unknown,
  ) {
    super(
      `Temporal does not answer at ${address}. Start it (npm run up starts a local one), or set TEMPORAL_ADDRESS to one that runs.`,
      { cause },
    );
  }
}

/** The namespace is not there, or our key may not see it. */
export class NamespaceMissing extends Error {
  override readonly name = 'NamespaceMissing';

  constructor(
    readonly namespace: string,
    readonly address: string,
  ) {
    super(
      `Temporal at ${address} has no namespace "${namespace}". Create it with tixngo migrate, or set TEMPORAL_NAMESPACE.`,
    );
  }
}

/** A run under the same workflow id is open. */
export class RunAlreadyOpen extends Error {
  override readonly name = 'RunAlreadyOpen';

  constructor(readonly workflowId: string) {
    super(`The run ${workflowId} is open`);
  }
}

/** There is no open run of that workflow id. */
export class RunNotOpen extends Error {
  override readonly name = 'RunNotOpen';

  constructor(readonly workflowId: string) {
    super(`The run ${workflowId} is not open: it takes no signal any more`);
  }
}
