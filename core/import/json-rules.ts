import { isLanguageCode } from '../messages/language-codes';
import type { ValueRule } from './value-rules';

const LONGEST = 100_000;

/** `{ "en": "...", "fr": "..." }`. */
export const translationsRule = jsonRule('an object of texts by ISO 639-1 language, such as {"en": "Final"}', (value) =>
  isObject(value, (key, text) => isLanguageCode(key) && typeof text === 'string'),
);

/** Texts by name: comfort variables (domain.md 5.4). */
export const textsRule = jsonRule('an object of texts, such as {"TIXStart": "-3h"}', (value) =>
  isObject(value, (_, text) => typeof text === 'string'),
);

/** `[{ "key": "...", "value": "..." }]`: what goes into `event.metadata`. */
export const keyValuesRule = jsonRule(
  'a list of {"key": text, "value": text}',
  (value) =>
    Array.isArray(value) &&
    value.every((entry: unknown) =>
      isObject(entry, (key, text) => (key === 'key' || key === 'value') && typeof text === 'string', 2),
    ),
);

const LIMITS = [
  'maxNumberOfTicketPerPhoneInGroupId',
  'maxNumberOfTransferPerPhoneInGroupId',
  'maxNumberOfTransferPerTicketInGroupId',
  'assignTransferLimit',
];
const PERMISSIONS = [
  'allowTransfer',
  'allowTransferMainApplicant',
  'allowTransferAfterActivation',
  'allowTransferAfterActivationByBT',
  'allowReturnToOrganizer',
  'allowReturnToOrganizerForInitialSpectator',
];

/** The wallet rules of a product under TIXNGO's names (tixngo-api.md, `transferRules`). */
export const transferRulesRule = jsonRule(
  'an object with the names of TIXNGO\'s transferRules, such as {"allowTransfer": true}',
  (value) =>
    isObject(value, (key, rule) => {
      if (key === 'groupId') return typeof rule === 'string' && rule.length <= 50;
      if (PERMISSIONS.includes(key)) return typeof rule === 'boolean';
      return LIMITS.includes(key) && Number.isSafeInteger(rule) && Number(rule) >= -1;
    }),
);

function jsonRule(allowed: string, accepts: (value: unknown) => boolean): ValueRule {
  return {
    type: 'jsonb',
    allowed,
    read(text) {
      if (text.length > LONGEST) return undefined;
      const value = parseJson(text);
      return value !== undefined && accepts(value) ? text : undefined;
    },
  };
}

/** Parsed JSON, or undefined when the text is none. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown, accepts: (key: string, entry: unknown) => boolean, size?: number): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (size === undefined || entries.length === size) && entries.every(([key, entry]) => accepts(key, entry));
}
