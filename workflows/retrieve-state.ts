import { setCurrentDetails } from '@temporalio/workflow';
import { noRecords, type RetrieveCounts } from '../core/retrieve-status/counts';
import { toDetails, toShownState } from './details';
import type {
  OpenedRetrieve,
  PutAsideReason,
  RetrieveCarry,
  RetrievePagesResult,
  RetrieveReport,
} from './retrieve-contract';

/** Where a run of retrieve-status stands, and what operators asked for. Numbers only. */
export class RetrieveState {
  opened: OpenedRetrieve | undefined;
  paused: boolean;
  stopping = false;
  progress: RetrieveCounts;
  withoutProgress: number;
  private putAsideReasons: readonly PutAsideReason[];

  constructor(carry: RetrieveCarry | undefined) {
    this.opened = carry?.opened;
    this.paused = carry?.paused ?? false;
    this.progress = carry?.counts ?? noRecords;
    this.withoutProgress = carry?.withoutProgress ?? 0;
    this.putAsideReasons = carry?.putAsideReasons ?? [];
  }

  get execution(): number | undefined {
    return this.opened?.execution;
  }

  take(result: RetrievePagesResult): void {
    this.progress = result.counts;
    this.withoutProgress = result.withoutProgress;
    this.putAsideReasons = result.putAsideReasons ?? [];
    this.show();
  }

  toCarry(opened: OpenedRetrieve): RetrieveCarry {
    const { progress: counts, withoutProgress, putAsideReasons, paused } = this;
    return { opened, counts, withoutProgress, putAsideReasons, paused };
  }

  finish(report: RetrieveReport): void {
    const { pages, records, applied, older, repeated, skipped, putAside, seen } = report;
    this.progress = { pages, records, applied, older, repeated, skipped, putAside, seen };
    this.show('closed');
  }

  show(state?: 'closed'): void {
    const { execution, progress } = this;
    setCurrentDetails(
      toDetails({
        function: 'retrieve-status',
        execution,
        unit: 'records',
        rows: [
          ['read', progress.records],
          ['newest of their ticket', progress.applied],
          ['older than what is known', progress.older],
          ['known already', progress.repeated],
          ['skipped', progress.skipped],
          ['put aside', progress.putAside],
          ...this.putAsideReasons.map(({ reason, records }) => [`put aside: ${reason}`, records] as const),
          ['pages', progress.pages],
          ['tickets first seen in the wallet', progress.seen],
        ],
        state: state ?? toShownState(this),
      }),
    );
  }
}
