import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';
import { searchAttributes } from './contract';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

const keys = {
  function: keyword(searchAttributes.function),
  interface: keyword(searchAttributes.interface),
  organization: keyword(searchAttributes.organization),
  trigger: keyword(searchAttributes.trigger),
  outcome: keyword(searchAttributes.outcome),
  refused: defineSearchAttributeKey(searchAttributes.refused, SearchAttributeType.INT),
};

/** What a run is about. */
export interface SearchedRun {
  readonly name: string;
  readonly input: { readonly trigger?: 'SCHEDULE' | 'OPERATOR' };
  readonly interfaceName: string;
  readonly organizationCode: string;
}

/** Search attributes of a run: clear text in Temporal, so names of functions and interfaces and counts only. */
export const searchAttributesOf = {
  run: (run: SearchedRun): SearchAttributePair[] => [
    { key: keys.function, value: run.name },
    { key: keys.interface, value: run.interfaceName },
    { key: keys.organization, value: run.organizationCode },
    { key: keys.trigger, value: run.input.trigger ?? 'OPERATOR' },
  ],
  /** `refused`: of a push its refused tickets, of a reading back the records that were put aside. */
  outcome: (report: { readonly outcome: string; readonly refused: number }): SearchAttributePair[] => [
    { key: keys.outcome, value: report.outcome },
    { key: keys.refused, value: report.refused },
  ],
};
