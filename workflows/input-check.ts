import { ApplicationFailure } from '@temporalio/workflow';

type Check = (value: unknown) => boolean;

/** A field of an input: what it may hold, and how that is told to whoever mistyped it. */
export interface InputField {
  readonly check: Check;
  readonly allowed: string;
}

export type InputFields<Input> = Readonly<Record<keyof Input & string, InputField>>;

const isName: Check = (value) => typeof value === 'string' && /^[^\p{Cc}]{1,300}$/u.test(value);

/** Fields that several inputs have. */
export const inputFields = {
  /** As long as two names of the configuration and their slash may be; Postgres takes no NUL in a text. */
  schedule: { check: isName, allowed: '"interface/schedule"' },
  trigger: { check: (value) => value === 'SCHEDULE' || value === 'OPERATOR', allowed: '"SCHEDULE" or "OPERATOR"' },
  flag: { check: (value) => typeof value === 'boolean', allowed: 'true or false' },
  upload: { check: isPositive, allowed: 'the number of an upload' },
} as const satisfies Readonly<Record<string, InputField>>;

/** A positive whole number. */
export function isPositive(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

/** How one kind of input has to look. `schedule` is the one field that must be there. */
export interface InputForm<Input> {
  readonly fields: InputFields<Input>;
  /** A right input, as JSON. */
  readonly example: string;
  /** What is wrong with fields that are right one by one. */
  readonly judge?: (input: Input) => readonly string[];
}

/** Refuses what an operator mistyped in the Temporal UI at once, showing a right input; values are not repeated. */
export function checkInput<Input extends object>(input: unknown, form: InputForm<Input>): Input {
  const { fields, example } = form;
  if (!isRecord(input)) throw badInput('the input is no JSON object', example);
  const problems = Object.keys(input)
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => `${JSON.stringify(name.slice(0, 40))} is no field (there are ${Object.keys(fields).join(', ')})`);
  for (const [name, { check, allowed }] of Object.entries<InputField>(fields)) {
    const value = input[name];
    if (value === undefined ? name === 'schedule' : !check(value)) problems.push(`"${name}" must be ${allowed}`);
  }
  if (problems.length > 0 || !hasFields(input, fields)) throw badInput(problems.join('; '), example);
  const judged = form.judge?.(input) ?? [];
  if (judged.length > 0) throw badInput(judged.join('; '), example);
  return input;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasFields<Input extends object>(
  input: Readonly<Record<string, unknown>>,
  fields: InputFields<Input>,
): input is Readonly<Record<string, unknown>> & Input {
  const all = Object.entries<InputField>(fields);
  return Object.entries(input).every(
    ([name, value]) => value === undefined || all.some(([field, { check }]) => field === name && check(value)),
  );
}

function badInput(problem: string, example: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'BAD_INPUT',
    nonRetryable: true,
    message: `${problem}. A right input: ${example}`,
  });
}
