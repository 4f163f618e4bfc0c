/** `T` where what may be undefined is left out instead. */
export type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** Copies an object without its undefined properties: what S-360 does not know does not travel. */
export function dropUndefined<T extends object>(properties: T): Defined<T>;
export function dropUndefined(properties: object): object {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
