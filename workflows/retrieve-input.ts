import { isPaginationKey, paginationKeyRule } from '../core/retrieve-status/pagination-key';
import { checkInput, type InputField, inputFields, type InputForm } from './input-check';
import type { RetrieveInput } from './retrieve-contract';

/** An empty one is the beginning. */
const paginationKey: InputField = {
  check: (value) => typeof value === 'string' && isPaginationKey(value),
  allowed: `a pagination key: ${paginationKeyRule}`,
};

const form: InputForm<RetrieveInput> = {
  fields: {
    schedule: inputFields.schedule,
    trigger: inputFields.trigger,
    cursor: paginationKey,
    confirmCursor: paginationKey,
    fullResync: inputFields.flag,
    upload: inputFields.upload,
  },
  example: '{ "schedule": "fcx-tixngo/read-back" }',
  judge: judgeCursor,
};

/** The input of retrieve-status, or a failure that says what is wrong with it. */
export function parseRetrieveInput(input: unknown): RetrieveInput {
  return checkInput(input, form);
}

/** Nobody moves a cursor by a slip (domain.md 8.2): the key that stands there has to be named, and one wish at a time. */
function judgeCursor(input: RetrieveInput): readonly string[] {
  const { cursor, confirmCursor, fullResync = false, upload } = input;
  const wishes = [cursor !== undefined, fullResync, upload !== undefined].filter((isWished) => isWished);
  return [
    ...(cursor !== undefined && confirmCursor === undefined
      ? ['"cursor" needs "confirmCursor": the pagination key that stands there now']
      : []),
    ...(confirmCursor !== undefined && cursor === undefined && !fullResync
      ? ['"confirmCursor" belongs to "cursor" or "fullResync"']
      : []),
    ...(wishes.length > 1 ? ['only one of "cursor", "fullResync" and "upload" at a time'] : []),
  ];
}
