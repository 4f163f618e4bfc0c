import type { MessageFields } from './message-fields';
import type { TransferRulesMessage } from './ticket-message';

const LIMITS = [
  'maxNumberOfTicketPerPhoneInGroupId',
  'maxNumberOfTransferPerPhoneInGroupId',
  'maxNumberOfTransferPerTicketInGroupId',
  'assignTransferLimit',
] as const;

const SWITCHES = [
  'allowTransfer',
  'allowTransferMainApplicant',
  'allowTransferAfterActivation',
  'allowTransferAfterActivationByBT',
  'allowReturnToOrganizer',
  'allowReturnToOrganizerForInitialSpectator',
] as const;

/** A product's wallet rules as they are sent; stored JSON is not trusted: a limit is -1 (unlimited) or more, a switch true or false, other names are refused. */
export function readTransferRules(rules: object | null, fields: MessageFields): TransferRulesMessage | undefined {
  if (rules === null) return undefined;
  for (const [name, value] of Object.entries<unknown>({ ...rules })) {
    if (value === null || value === undefined) continue;
    const path = `transferRules.${name}`;
    if (isOneOf(LIMITS, name)) {
      if (!isLimit(value)) fields.refuse('BAD_TRANSFER_RULE', path, 'is not a whole number from -1 (unlimited) up');
    } else if (isOneOf(SWITCHES, name)) {
      if (typeof value !== 'boolean') fields.refuse('BAD_TRANSFER_RULE', path, 'is neither true nor false');
    } else if (name !== 'groupId') {
      fields.refuse('BAD_TRANSFER_RULE', 'transferRules', 'holds a rule that TIXNGO does not know');
    } else if (typeof value !== 'string') {
      fields.refuse('BAD_TRANSFER_RULE', path, 'is not a text');
    } else {
      fields.text(path, value, { max: 256 });
    }
  }
  return toSent(rules);
}

/** Null in stored JSON means "no such rule": it does not travel. */
function toSent(rules: object): TransferRulesMessage | undefined {
  const entries = Object.entries<unknown>({ ...rules }).filter(([, value]) => value !== null && value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function isLimit(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= -1;
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name);
}
