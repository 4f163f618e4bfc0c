/** Exit codes (operations.md): 0 done and good, 1 ended in ERROR or not there, 2 wrong usage or configuration, 3 a server cannot be reached. */
export type ExitCode = 0 | 1 | 2 | 3;

export interface FailureDetails {
  /** Every problem found, one line each. */
  readonly problems?: readonly string[];
  /** What is near to something that does not exist. */
  readonly near?: readonly string[];
  readonly cause?: unknown;
}

/** A command that cannot do what it was asked; its message is for whoever typed it. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly problems: readonly string[];
  readonly near: readonly string[];

  constructor(
    readonly exitCode: 1 | 2 | 3,
    message: string,
    { problems = [], near = [], cause }: FailureDetails = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.problems = problems;
    this.near = near;
  }
}

/** The thing asked for does not exist; `near` is what does. */
export function notFound(message: string, near: readonly string[] = []): CommandFailure {
  return new CommandFailure(1, message, { near });
}

/** The words of the command cannot be used. */
export function wrongUsage(message: string, problems: readonly string[] = []): CommandFailure {
  return new CommandFailure(2, message, { problems });
}
