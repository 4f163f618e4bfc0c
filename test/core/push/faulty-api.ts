import fc from 'fast-check';
import type { PushAnswer, TicketResult } from '../../../core/messages/push-answer';

/** What happens to one call; faults strike the calls in the order in which they begin. */
export type CallFault =
  | { readonly kind: 'none' }
  /** No valid answer: before TIXNGO acted, or after. */
  | { readonly kind: 'lost'; readonly acted: boolean }
  /** 429 or 503 with Retry-After in seconds, sensible or absurd. */
  | { readonly kind: 'pause'; readonly seconds: number }
  /** TIXNGO acted, and the worker dies before the answer is on record. */
  | { readonly kind: 'death' }
  /** Refused whole without a name, and accepted a moment later. */
  | { readonly kind: 'whim' }
  /** Each n-th result is missing. */
  | { readonly kind: 'missing'; readonly every: number }
  /** Results for tickets that were not sent, and doubled ones. */
  | { readonly kind: 'noise' };

export const anyFault: fc.Arbitrary<CallFault> = fc.oneof(
  fc.constant({ kind: 'none' } as const),
  fc.record({ kind: fc.constant('lost' as const), acted: fc.boolean() }),
  fc.record({ kind: fc.constant('pause' as const), seconds: fc.constantFrom(-3, 0, 1, 7, 90, 4_000_000_000) }),
  fc.constant({ kind: 'death' } as const),
  fc.constant({ kind: 'whim' } as const),
  fc.record({ kind: fc.constant('missing' as const), every: fc.integer({ min: 1, max: 5 }) }),
  fc.constant({ kind: 'noise' } as const),
);

export type Reply =
  | { readonly kind: 'answer'; readonly answer: PushAnswer }
  | { readonly kind: 'unavailable'; readonly retryAfterMs?: number }
  | { readonly kind: 'death' };

export interface ApiOptions {
  readonly poison: ReadonlySet<string>;
  /** How a bad ticket shows: it alone, the whole call with its name, or the whole call without. */
  readonly how: 'alone' | 'named' | 'unnamed';
  readonly honoursKeys: boolean;
  readonly faults: readonly CallFault[];
}

const error = { code: 'CONTENT', message: 'no' };

/** An API that accepts, refuses, forgets and is silent as its schedule says, and counts what it accepted. */
export class FaultyApi {
  /** How often each ticket was accepted. */
  readonly accepted = new Map<string, number>();
  /** Of these, how often in a call whose answer was lost, and how often in an answer that left it out. */
  readonly lost = new Map<string, number>();
  readonly omitted = new Map<string, number>();
  /** How often a whole refusal met a ticket that was accepted before, in a call whose answer was lost. */
  readonly unsaid = new Map<string, number>();
  /** Tickets that were refused with nobody else in their call, or by name. */
  readonly blamed = new Set<string>();
  calls = 0;
  struck = 0;
  private readonly remembered = new Map<string, PushAnswer>();

  constructor(private readonly options: ApiOptions) {}

  meet(key: string, ids: readonly string[]): Reply {
    const fault = this.options.faults[this.calls] ?? { kind: 'none' };
    this.calls += 1;
    if (fault.kind !== 'none') this.struck += 1;
    switch (fault.kind) {
      case 'lost':
        if (fault.acted) this.actUnheard(key, ids);
        return { kind: 'unavailable' };
      case 'pause':
        return { kind: 'unavailable', retryAfterMs: fault.seconds * 1_000 };
      case 'death':
        this.actUnheard(key, ids);
        return { kind: 'death' };
      case 'whim':
        // An API that refuses a ticket alone which it accepted before tells a lie: nobody could find out.
        if (ids.length === 1 && this.accepted.has(ids[0] ?? '')) return { kind: 'answer', answer: this.act(key, ids) };
        if (ids.length === 1) for (const id of ids) this.blamed.add(id);
        // What it accepted before goes on in halves, under other keys: it may be accepted once more.
        for (const id of ids.filter((id) => this.accepted.has(id))) count(this.unsaid, id);
        return { kind: 'answer', answer: { kind: 'refused-whole', status: 422, error, named: [] } };
      case 'missing':
        return { kind: 'answer', answer: this.omit(this.act(key, ids), fault.every) };
      case 'noise':
        return { kind: 'answer', answer: addNoise(this.act(key, ids)) };
      case 'none':
        return { kind: 'answer', answer: this.act(key, ids) };
    }
  }

  /** Acts, and nobody learns of it: the worker is dead. */
  actUnheard(key: string, ids: readonly string[]): void {
    for (const id of this.acceptedBy(() => this.act(key, ids), ids)) count(this.lost, id);
  }

  private acceptedBy(act: () => unknown, ids: readonly string[]): readonly string[] {
    const before = ids.map((id) => this.accepted.get(id));
    act();
    return ids.filter((id, index) => this.accepted.get(id) !== before[index]);
  }

  private act(key: string, ids: readonly string[]): PushAnswer {
    const known = this.options.honoursKeys ? this.remembered.get(key) : undefined;
    if (known !== undefined) return known;
    const answer = this.judge(ids);
    if (answer.kind === 'results') {
      for (const { ticketId, outcome } of answer.results) {
        if (outcome === 'ACCEPTED') count(this.accepted, ticketId);
      }
    }
    this.remembered.set(key, answer);
    return answer;
  }

  private judge(ids: readonly string[]): PushAnswer {
    const { poison, how } = this.options;
    const bad = ids.filter((id) => poison.has(id));
    for (const id of bad) this.blamed.add(id);
    if (bad.length > 0 && how !== 'alone') {
      const named = how === 'named' ? bad.map((ticketId) => ({ ticketId, error })) : [];
      return { kind: 'refused-whole', status: 422, error, named };
    }
    const results = ids.map((ticketId): TicketResult =>
      poison.has(ticketId)
        ? { ticketId, outcome: 'REJECTED', errors: [error] }
        : { ticketId, outcome: 'ACCEPTED', errors: [] },
    );
    return { kind: 'results', results };
  }

  private omit(answer: PushAnswer, every: number): PushAnswer {
    if (answer.kind !== 'results') return answer;
    const isLeftOut = (index: number) => index % every === 0;
    answer.results.forEach(({ ticketId, outcome }, index) => {
      if (isLeftOut(index) && outcome === 'ACCEPTED') count(this.omitted, ticketId);
    });
    return { ...answer, results: answer.results.filter((_, index) => !isLeftOut(index)) };
  }
}

function count(counts: Map<string, number>, id: string): void {
  counts.set(id, (counts.get(id) ?? 0) + 1);
}

function addNoise(answer: PushAnswer): PushAnswer {
  if (answer.kind !== 'results') return answer;
  const strange: TicketResult = { ticketId: 'NEVER-SENT', outcome: 'ACCEPTED', errors: [] };
  return { ...answer, results: [strange, ...answer.results, ...answer.results] };
}
