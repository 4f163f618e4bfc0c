import type { PushInput } from './contract';
import { checkInput, inputFields, type InputForm, isPositive } from './input-check';

const tickets = { check: (value: unknown) => typeof value === 'string', allowed: '"12300123, id:7"' };

const form: InputForm<PushInput> = {
  fields: {
    schedule: inputFields.schedule,
    trigger: inputFields.trigger,
    force: tickets,
    skip: tickets,
    simulate: inputFields.flag,
    again: { check: isPositive, allowed: 'the number of an execution' },
    upload: inputFields.upload,
  },
  example: '{ "schedule": "fcx-tixngo/inject-league" }',
};

/** The input of a push, or a failure that says what is wrong with it. */
export function parsePushInput(input: unknown): PushInput {
  return checkInput(input, form);
}
