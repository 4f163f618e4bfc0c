import { ApplicationFailure } from '@temporalio/workflow';
import type { PushInput } from './contract';

const example = '{ "schedule": "fcx-tixngo/inject-league" }';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const flag: Check = (value) => typeof value === 'boolean';
/** As long as two names of the configuration and their slash may be; Postgres takes no NUL in a text. */
const name: Check = (value) => typeof value === 'string' && /^[^\p{Cc}]{1,300}$/u.test(value);
const number: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0;

const fields: Readonly<Record<keyof PushInput, { readonly check: Check; readonly allowed: string }>> = {
  schedule: { check: name, allowed: '"interface/schedule"' },
  trigger: { check: (value) => value === 'SCHEDULE' || value === 'OPERATOR', allowed: '"SCHEDULE" or "OPERATOR"' },
  force: { check: text, allowed: '"12300123, id:7"' },
  skip: { check: text, allowed: '"12300123, id:7"' },
  simulate: { check: flag, allowed: 'true or false' },
  again: { check: number, allowed: 'the number of an execution' },
  upload: { check: number, allowed: 'the number of an upload' },
};

/** Refuses what an operator mistyped in the Temporal UI at once, showing a right input; values are not repeated. */
export function parsePushInput(input: unknown): PushInput {
  if (!isRecord(input)) throw badInput('the input is no JSON object');
  const problems = Object.keys(input)
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => `${JSON.stringify(name.slice(0, 40))} is no field (there are ${Object.keys(fields).join(', ')})`);
  for (const [name, { check, allowed }] of Object.entries(fields)) {
    const value = input[name];
    if (value === undefined ? name === 'schedule' : !check(value)) problems.push(`"${name}" must be ${allowed}`);
  }
  if (problems.length > 0 || !isPushInput(input)) throw badInput(problems.join('; '));
  return input;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPushInput(input: Readonly<Record<string, unknown>>): input is Readonly<Record<string, unknown>> & PushInput {
  return Object.entries(input).every(
    ([name, value]) =>
      value === undefined || Object.entries(fields).some(([field, { check }]) => field === name && check(value)),
  );
}

function badInput(problem: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'BAD_INPUT',
    nonRetryable: true,
    message: `${problem}. A right input: ${example}`,
  });
}
