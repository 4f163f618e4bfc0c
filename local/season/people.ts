import { allLocales, Faker, type LocaleDefinition } from '@faker-js/faker';
import { hash, pick } from './random';

/** One contact of the season, under the names of the import file. */
export interface Person {
  readonly id: number;
  readonly title: string;
  readonly gender: 'M' | 'F' | 'U' | 'X' | '';
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly dateOfBirth: string;
  readonly nationality: string;
  readonly idNumber: string;
  readonly mobilePhone: string;
  readonly country: string;
  readonly language: string;
  readonly birthPlace: string;
  readonly kind: 'INDIVIDUAL' | 'RELAY';
  readonly hasInternetAccount: boolean;
  readonly consentInstitution: boolean;
  readonly consentThirdParty: boolean;
}

/** Gives the person with an id, from 1 on; the same seed and id give the same person. */
export type People = (id: number) => Person;

// Domains that are reserved for examples (RFC 2606): no mail can ever reach anybody.
const DOMAINS = ['example.org', 'example.com', 'example.net'];
const NAMES_PER_LOCALE = 250;

// The countries that played, and guests from scripts beyond Latin: locale, country, language, titles for men and women.
const ORIGINS: readonly (readonly [keyof typeof allLocales, string, string, readonly [string, string]])[] = [
  ['de', 'DE', 'de', ['Herr', 'Frau']],
  ['en_GB', 'GB', 'en', ['Mr', 'Ms']],
  ['fr', 'FR', 'fr', ['M.', 'Mme']],
  ['es', 'ES', 'es', ['Sr.', 'Sra.']],
  ['it', 'IT', 'it', ['Sig.', 'Sig.ra']],
  ['pt_PT', 'PT', 'pt', ['Sr.', 'Sra.']],
  ['nl', 'NL', 'nl', ['Dhr.', 'Mevr.']],
  ['de_CH', 'CH', 'de', ['Herr', 'Frau']],
  ['de_AT', 'AT', 'de', ['Herr', 'Frau']],
  ['fr_BE', 'BE', 'fr', ['M.', 'Mme']],
  ['da', 'DK', 'da', ['', '']],
  ['pl', 'PL', 'pl', ['Pan', 'Pani']],
  ['cs_CZ', 'CZ', 'cs', ['Pan', 'Paní']],
  ['sk', 'SK', 'sk', ['Pán', 'Pani']],
  ['hu', 'HU', 'hu', ['', '']],
  ['hr', 'HR', 'hr', ['', '']],
  ['ro', 'RO', 'ro', ['Dl.', 'Dna.']],
  ['tr', 'TR', 'tr', ['Bay', 'Bayan']],
  ['sr_RS_latin', 'RS', 'sr', ['', '']],
  ['uk', 'UA', 'uk', ['пан', 'пані']],
  ['ka_GE', 'GE', 'ka', ['', '']],
  ['el', 'GR', 'el', ['Κος', 'Κα']],
  ['hy', 'AM', 'hy', ['', '']],
  ['ar', 'AE', 'ar', ['', '']],
  ['he', 'IL', 'he', ['', '']],
  ['ja', 'JP', 'ja', ['', '']],
  ['ko', 'KR', 'ko', ['', '']],
  ['zh_CN', 'CN', 'zh', ['', '']],
];

interface Origin {
  readonly country: string;
  readonly language: string;
  readonly titles: readonly [string, string];
  readonly men: readonly string[];
  readonly women: readonly string[];
  readonly familyNames: readonly string[];
  readonly places: readonly string[];
}

/** Reads names of each origin once; people are then put together from them, so that a million cost time but no memory. */
export function createPeople(seed: number): People {
  const origins = ORIGINS.map(([locale, country, language, titles], index): Origin => {
    const faker = new Faker({ locale: [allLocales[locale], ...fallbacks(locale)], seed: hash(seed, 1, index) });
    // The library has a few names with control characters in them (a broken "Ömer"): nobody is called that.
    const sample = (next: () => string) =>
      Array.from({ length: NAMES_PER_LOCALE }, next).filter((name) => !/\p{Cc}/u.test(name));
    return {
      country,
      language,
      titles,
      men: sample(() => faker.person.firstName('male')),
      women: sample(() => faker.person.firstName('female')),
      familyNames: sample(() => faker.person.lastName()),
      places: sample(() => faker.location.city()),
    };
  });
  return (id) => toPerson(seed, origins, id);
}

function fallbacks(locale: keyof typeof allLocales): readonly LocaleDefinition[] {
  const { de, fr, en, base } = allLocales;
  if (locale.startsWith('de_')) return [de, en, base];
  return locale.startsWith('fr_') ? [fr, en, base] : [en, base];
}

function toPerson(seed: number, origins: readonly Origin[], id: number): Person {
  const random = (stream: number) => hash(seed, stream, id);
  // Half of the people come from the first seven origins, as at the tournament; the others from everywhere.
  const origin = random(10) % 2 === 0 ? pick(origins.slice(0, 7), random(11)) : pick(origins, random(11));
  const male = random(12) % 2 === 0;
  const [firstName, lastName] = [
    pick(male ? origin.men : origin.women, random(13)),
    pick(origin.familyNames, random(14)),
  ];
  return {
    id,
    title: pick(origin.titles.slice(male ? 0 : 1), 0),
    gender: random(15) % 40 === 0 ? pick(['U', 'X', ''] as const, random(16)) : male ? 'M' : 'F',
    firstName,
    lastName,
    email: `${toMailName(firstName, lastName)}.${String(id)}@${pick(DOMAINS, random(17))}`,
    dateOfBirth: toDate(random(18)),
    nationality: origin.country,
    // Letters that no passport office uses for a number, so that it can be nobody's.
    idNumber: `X${random(19).toString(36).toUpperCase().padStart(7, '0')}${String(id)}`,
    // Numbers that Ofcom keeps for drama.
    mobilePhone: `+447700900${String(random(20) % 1000).padStart(3, '0')}`,
    country: random(21) % 5 === 0 ? 'DE' : origin.country,
    language: origin.language,
    birthPlace: pick(origin.places, random(22)),
    kind: random(23) % 50 === 0 ? 'RELAY' : 'INDIVIDUAL',
    hasInternetAccount: random(24) % 10 !== 0,
    consentInstitution: random(25) % 2 === 0,
    consentThirdParty: random(26) % 4 === 0,
  };
}

/** Born between 1940 and 2012. */
function toDate(random: number): string {
  const days = (random % (72 * 365)) + Math.floor(Date.UTC(1940, 0, 1) / 86_400_000);
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

/** What Latin letters of a name an address can hold; people of other scripts are `fan`. */
function toMailName(firstName: string, lastName: string): string {
  const plain = `${firstName}.${lastName}`
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z.]/g, '')
    .replace(/^\.+|\.+$/g, '')
    .replace(/\.{2,}/g, '.');
  return plain === '' ? 'fan' : plain.slice(0, 50).replace(/\.$/, '');
}
