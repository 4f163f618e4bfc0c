import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { SyncFunction } from '../core/schedule/written-schedule';
import { searchAttributes } from '../workflows/contract';

/** What a run is about, in words that a list of workflows can be filtered by; clear text, so no personal data. */
export interface RunSubject {
  readonly function: SyncFunction;
  readonly interface: string;
  readonly organization: string;
  readonly trigger: 'SCHEDULE' | 'OPERATOR';
}

const keys = {
  function: defineSearchAttributeKey(searchAttributes.function, 'KEYWORD'),
  interface: defineSearchAttributeKey(searchAttributes.interface, 'KEYWORD'),
  organization: defineSearchAttributeKey(searchAttributes.organization, 'KEYWORD'),
  trigger: defineSearchAttributeKey(searchAttributes.trigger, 'KEYWORD'),
};

/** The typed search attributes of a run, or of the schedule that starts it. */
export function toSearchAttributes(subject: RunSubject): SearchAttributePair[] {
  return [
    { key: keys.function, value: subject.function },
    { key: keys.interface, value: subject.interface },
    { key: keys.organization, value: subject.organization },
    { key: keys.trigger, value: subject.trigger },
  ];
}

/** The one line that the Temporal UI shows beside a run: function, interface, trigger (operations.md "In the Temporal UI"). */
export function toStaticSummary(subject: RunSubject): string {
  return `${subject.function} · ${subject.interface} · ${subject.trigger}`;
}
