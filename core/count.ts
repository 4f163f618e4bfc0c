/** A number and its noun, in the plural but for 1: `1 ticket`, `2 tickets`. The noun takes an s. */
export function count(n: number, noun: string): string {
  return `${n.toString()} ${noun}${n === 1 ? '' : 's'}`;
}
