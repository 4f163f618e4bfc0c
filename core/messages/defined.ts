/** `T` where what may be undefined is left out instead. */
export type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** Copies an object without its undefined properties: what S-360 does not know does not travel. */
export function dropUndefined<T extends object>(properties: T): Defined<T>;
export function dropUndefined(properties: object): object {
  const defined: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(properties)) if (value !== undefined) defined[name] = value;
  return defined;
}
