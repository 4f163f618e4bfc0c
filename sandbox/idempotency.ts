import { createHash } from 'node:crypto';
import { toError, type Answer } from './answer';

/** Answers kept, so that a long run does not fill the memory; the oldest go first. */
const mostKeys = 100_000;

/** What a key stands for when a call comes with it. */
export type KeyState =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly answer: Answer };

export interface IdempotencyKeys {
  /** Looks the call up, and marks a new one as being worked on. */
  readonly begin: (name: string, body: string) => KeyState;
  readonly finish: (name: string, answer: Answer) => void;
  /** Ends work that led to no answer: the key is new again. */
  readonly forget: (name: string) => void;
  readonly clear: () => void;
}

/** The memory behind `Idempotency-Key`: replays answers, refusals too; 409 while the first call with a key is worked on. */
export function openIdempotencyKeys(): IdempotencyKeys {
  const known = new Map<string, { bodyHash: string; answer: Answer | undefined }>();
  return {
    begin: (name, body) => {
      const bodyHash = createHash('sha256').update(body).digest('base64');
      const found = known.get(name);
      if (found === undefined) {
        known.set(name, { bodyHash, answer: undefined });
        const [oldest] = known.keys();
        if (known.size > mostKeys && oldest !== undefined) known.delete(oldest);
        return { kind: 'new' };
      }
      if (found.bodyHash !== bodyHash) {
        return { kind: 'refused', answer: toError(409, 'KEY_REUSED', 'This key came with another body before') };
      }
      if (found.answer === undefined) {
        return { kind: 'refused', answer: toError(409, 'IN_PROGRESS', 'A call with this key is being worked on') };
      }
      return { kind: 'replay', answer: found.answer };
    },
    finish: (name, answer) => {
      const found = known.get(name);
      if (found !== undefined) found.answer = answer;
    },
    forget: (name) => {
      known.delete(name);
    },
    clear: () => {
      known.clear();
    },
  };
}
