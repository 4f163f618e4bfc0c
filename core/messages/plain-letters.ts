/** `Zoë` as `Zoe`: letters without their accents. */
export function withoutAccents(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/ß/g, 'ss');
}

const umlauts: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa', æ: 'ae', œ: 'oe' };

/** `Müller` as `Mueller`; upper case becomes lower case. */
export function spellUmlauts(text: string): string {
  return text.normalize('NFC').replace(/[äöüøåæœ]/gi, (letter) => umlauts[letter.toLowerCase()] ?? letter);
}
