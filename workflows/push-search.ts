import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';
import {
  searchAttributes,
  type ExecutionReport,
  type PlannedSlice,
  type PushFunction,
  type PushInput,
} from './contract';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

const keys = {
  function: keyword(searchAttributes.function),
  interface: keyword(searchAttributes.interface),
  organization: keyword(searchAttributes.organization),
  trigger: keyword(searchAttributes.trigger),
  outcome: keyword(searchAttributes.outcome),
  refused: defineSearchAttributeKey(searchAttributes.refused, SearchAttributeType.INT),
};

/** Search attributes of a run: clear text in Temporal, so names of functions and interfaces and counts only. */
export const searchAttributesOf = {
  run: (run: {
    readonly input: PushInput;
    readonly name: PushFunction;
    readonly slice: PlannedSlice;
  }): SearchAttributePair[] => [
    { key: keys.function, value: run.name },
    { key: keys.interface, value: run.slice.interfaceName },
    { key: keys.organization, value: run.slice.organizationCode },
    { key: keys.trigger, value: run.input.trigger ?? 'OPERATOR' },
  ],
  outcome: (report: ExecutionReport): SearchAttributePair[] => [
    { key: keys.outcome, value: report.outcome },
    { key: keys.refused, value: report.refused },
  ],
};
