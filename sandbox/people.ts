import { draw } from './random';
import type { WalletOwner } from './wallet-ticket';

const firstNames = [
  'Ada',
  'Bruno',
  'Chloé',
  'Dmitri',
  'Elif',
  'Fatou',
  'Goran',
  'Hana',
  'Iñigo',
  'Jürgen',
  'Kaito',
  'Léa',
];
const lastNames = [
  'Almeida',
  "O'Brien",
  'Castro',
  'Dvořák',
  'Eriksson',
  'Fontaine',
  'García',
  'Haddad',
  'Ito',
  'Jansen',
];
const countries = ['CH', 'DE', 'ES', 'FR', 'GB', 'IT', 'JP', 'MA', 'PT', 'SE'];
const languages = ['de', 'en', 'es', 'fr', 'it'];

/**
 * A made-up person with everything a wallet knows of one, the same for the same seed and number. Every seventh shares the e-mail of the one
 * before, written in capitals: families do, and programs that compare letters fall for it.
 */
export function toPerson(seed: number, number: number): WalletOwner {
  const pick = (values: readonly string[], salt: number): string =>
    values[draw(seed, number, salt) % values.length] ?? '';
  const shares = number % 7 === 3;
  const email = `spectator.${String(shares ? number - 1 : number)}.${String(seed)}@wallet.test`;
  return {
    title: number % 2 === 0 ? 'Ms' : 'Mr',
    gender: number % 2 === 0 ? 'F' : 'M',
    firstName: pick(firstNames, 1),
    lastName: pick(lastNames, 2),
    email: shares ? email.toUpperCase() : email,
    dateOfBirth: toBirthDate(draw(seed, number, 3)),
    nationality: pick(countries, 4),
    idCardNumber: `ID-${String(draw(seed, number, 5))}`,
    phoneNumber: `+4170${String(1_000_000 + (draw(seed, number, 6) % 9_000_000))}`,
    residenceCountry: pick(countries, 7),
    language: pick(languages, 8),
    organizerSpectatorPreference: {
      allowPromoEmail: draw(seed, number, 9) % 2 === 0,
      allowThirdPartyEmail: draw(seed, number, 10) % 4 === 0,
    },
  };
}

function toBirthDate(drawn: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(1940 + (drawn % 70))}-${two(1 + ((drawn >>> 8) % 12))}-${two(1 + ((drawn >>> 16) % 28))}`;
}
