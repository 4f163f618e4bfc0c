import type { TicketError } from '../core/messages/push-answer';

/** What is known about a call that failed. Nothing in here is personal data, and nothing is the key. */
export interface FailureFacts {
  /** What was tried, for example `POST organizer/tickets`. */
  readonly attempt: string;
  /** Why, as a constant: TIMEOUT, RESET, STATUS_503, UNREADABLE ... */
  readonly reason: string;
  readonly status?: number | undefined;
  /** TIXNGO's name for its answer. */
  readonly requestId?: string | undefined;
  /** What TIXNGO said: its code and field, and its words with every value that we sent, and the key, replaced by its path. */
  readonly said?: TicketError | undefined;
  /** What is wrong with an answer's shape, by path; never a value. */
  readonly problem?: string | undefined;
  /** How long TIXNGO asks to wait, as it said it, in milliseconds; the caller caps absurd values. */
  readonly retryAfterMs?: number | undefined;
  /** It answers a second sending: a stale connection lost the first one (http-call.ts). */
  readonly repeated?: boolean | undefined;
}

abstract class TixngoFailure extends Error {
  readonly reason: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly said: TicketError | undefined;

  constructor(message: string, facts: FailureFacts) {
    super(message);
    this.reason = facts.reason;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.said = facts.said;
  }
}

/**
 * No answer, or none that says anything about the tickets: network, time-out, 408, 409 naming none of them, 425, 429, 5xx, an answer that
 * cannot be read. What the call did is not known unless the status says so; it may be sent again under the same key.
 */
export class TixngoUnavailable extends TixngoFailure {
  override readonly name = 'TixngoUnavailable';
  readonly retryAfterMs: number | undefined;
  /** A sending of this call that nobody answered came before the one that this tells of. */
  readonly repeated: boolean;

  constructor(facts: FailureFacts) {
    super(`TIXNGO is not available: ${toWords(facts)}; it can be tried again`, facts);
    this.retryAfterMs = facts.retryAfterMs;
    this.repeated = facts.repeated ?? false;
  }
}

/** 401 or 403, or a key that cannot be put into a header (reason KEY_UNUSABLE). */
export class TixngoKeyRefused extends TixngoFailure {
  override readonly name = 'TixngoKeyRefused';

  constructor(facts: FailureFacts) {
    super(`The API key is refused: ${toWords(facts)}; check the key reference of the interface`, facts);
  }
}

/** 404, a redirect, another status outside the contract, or a readable answer of another shape. Trying again would not help. */
export class TixngoContractBroken extends TixngoFailure {
  override readonly name = 'TixngoContractBroken';

  constructor(facts: FailureFacts) {
    super(
      `TIXNGO does not keep the contract: ${toWords(facts)}; compare docs/tixngo-api.yaml and the interface's URL`,
      facts,
    );
  }
}

/** The interface's URL, or the address that its host resolves to, is not allowed (domain.md 3). */
export class TixngoAddressRefused extends TixngoFailure {
  override readonly name = 'TixngoAddressRefused';

  constructor(message: string, reason: string) {
    super(message, { attempt: 'connect', reason });
  }
}

/** TIXNGO's code and field may go anywhere; its words stay in `said` (domain.md 6). */
function toWords({ attempt, reason, said, problem, requestId }: FailureFacts): string {
  const code = said === undefined ? '' : ` ${said.code}${said.field === undefined ? '' : ` (${said.field})`}`;
  const where = problem === undefined ? '' : `, ${problem}`;
  return `${attempt}: ${reason}${code}${where}${requestId === undefined ? '' : ` (request ${requestId})`}`;
}
