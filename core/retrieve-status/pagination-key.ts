/** Most characters of a pagination key (tixngo-api.md). */
export const longestPaginationKey = 512;

// What a URL and a text column carry as it is: no control characters, no halves of characters.
const unfit = /\p{Cc}|\p{Surrogate}/u;

/** Whether a text may be a pagination key; the empty one stands for the beginning. */
export function isPaginationKey(text: string): boolean {
  return text.length <= longestPaginationKey && !unfit.test(text);
}

/** What a pagination key has to be, for messages. */
export const paginationKeyRule = `printable text of at most ${String(longestPaginationKey)} characters`;
