import { randomUUID } from 'node:crypto';
import type { SetExecutionStateInput } from '../../workflows/contract';
import type {
  CloseRetrieveInput,
  OpenedRetrieve,
  OpenRetrieveInput,
  RetrieveActivities,
  RetrieveCounts,
  RetrievePagesInput,
  RetrievePagesResult,
  RetrieveReport,
} from '../../workflows/retrieve-contract';
import { Milestones } from './milestones';

export const READING = 9;

/** What a test says about one activity of pages: its result, or a failure to throw. */
export type PagesScript = (input: RetrievePagesInput, fake: FakeRetrieve) => Promise<RetrievePagesResult>;

export interface FakeRetrieveOptions {
  /** Activities of one page each, the last of which finds no more; default 1. */
  readonly pages?: number;
  readonly read?: PagesScript;
  readonly report?: Partial<RetrieveReport>;
  readonly opened?: Partial<OpenedRetrieve>;
  readonly instead?: Partial<RetrieveActivities>;
}

/** Activities of retrieve-status as plain functions that write down what they are asked. */
export class FakeRetrieve {
  readonly log = new Milestones();
  readonly opens: OpenRetrieveInput[] = [];
  readonly reads: RetrievePagesInput[] = [];
  readonly closes: CloseRetrieveInput[] = [];

  /** One of its own: the id of a run is that of its account. */
  readonly organizer = `account-${randomUUID()}`;

  constructor(readonly options: FakeRetrieveOptions = {}) {}

  toActivities(): RetrieveActivities & { setExecutionState(input: SetExecutionStateInput): Promise<void> } {
    const subject = { organizer: this.organizer, interfaceName: 'fake-interface', organizationCode: 'FAKE' };
    return {
      resolveRetrieve: () => {
        this.log.add('resolve');
        return Promise.resolve(subject);
      },
      findActiveRetrieve: ({ organizer }) => {
        this.log.add('find active');
        return Promise.resolve({ workflowId: `retrieve-status/${organizer}`, execution: READING });
      },
      openRetrieve: (input) => {
        this.log.add('open');
        this.opens.push(input);
        return Promise.resolve({ ...subject, execution: READING, maxOutageMinutes: 10, ...this.options.opened });
      },
      retrievePages: async (input) => {
        this.reads.push(input);
        this.log.add(`read ${input.knownPages.toString()}`);
        const { read } = this.options;
        return read === undefined ? this.finish(input) : await read(input, this);
      },
      closeRetrieve: (input) => {
        this.log.add(`close ${input.ending}`);
        this.closes.push(input);
        return Promise.resolve(this.report(input));
      },
      setExecutionState: ({ state }) => {
        this.log.add(`state ${state}`);
        return Promise.resolve();
      },
      ...this.options.instead,
    };
  }

  /** One more page of 1000 records. */
  finish({ knownPages }: RetrievePagesInput): RetrievePagesResult {
    const pages = knownPages + 1;
    const stopped = pages < (this.options.pages ?? 1) ? 'more' : 'done';
    return { stopped, counts: countsOf(pages), withoutProgress: 0 };
  }

  private report({ ending, knownPages }: CloseRetrieveInput): RetrieveReport {
    const outcome = ending === 'done' || ending === 'operator' ? 'OK' : 'ERROR';
    const base = { ...countsOf(knownPages), execution: READING, outcome, ending, message: `ended: ${ending}` } as const;
    return { ...base, ...this.options.report };
  }
}

export function countsOf(pages: number): RetrieveCounts {
  const records = pages * 1000;
  return { pages, records, applied: records, older: 0, repeated: 0, skipped: 0, putAside: 0, seen: 0 };
}
