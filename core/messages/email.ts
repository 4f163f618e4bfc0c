// One @ between a local part and a host name of at least two labels. No stricter: mailboxes in every script, and odd old ones, do exist.
const EMAIL = /^[^\s@<>()[\],;:"\\]+@[^\s@.<>()[\],;:"\\]+(?:\.[^\s@.<>()[\],;:"\\]+)+$/;

/** Most characters of an e-mail address (domain.md 5.6). */
export const LONGEST_EMAIL = 256;

/** Whether a text looks like one e-mail address of a length that TIXNGO takes. */
export function isEmail(text: string): boolean {
  return text.length <= LONGEST_EMAIL && EMAIL.test(text);
}
