/** Ends a `switch` over a union: the compiler refuses a case that is not handled (style.md T2). */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
