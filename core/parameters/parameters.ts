import { flag, reasons, share, wholeNumber, word, type ParameterDefinition } from './definition';

const CALLS = ['inject-tickets', 'push-cancelled', 'push-controlled', 'inject-privileges'] as const;
const RETRIEVE = ['retrieve-status'] as const;
const INJECT = ['inject-tickets'] as const;
const CANCELLED = ['push-cancelled'] as const;

/** All custom parameters of an interface (domain.md 4), the upper bounds that the specification leaves open included. */
export const PARAMETERS = {
  ticketIterationSize: wholeNumber(
    { name: 'ticketIterationSize', concerns: CALLS, meaning: 'tickets per call' },
    50,
    [1, 50],
  ),
  batchSplitSize: wholeNumber(
    { name: 'batchSplitSize', concerns: RETRIEVE, meaning: 'records per diff call inside one execution' },
    1000,
    [1, 1000],
  ),
  parallelCalls: wholeNumber(
    {
      name: 'parallelCalls',
      concerns: 'all pushes',
      meaning: 'calls in flight of this interface, over all executions and workers',
    },
    4,
    [1, 64],
  ),
  maxOutageMinutes: wholeNumber(
    {
      name: 'maxOutageMinutes',
      concerns: 'all',
      meaning: 'minutes without a valid answer after which an execution closes',
    },
    10,
    [1, 1440],
  ),
  reprintWaitMinutes: wholeNumber(
    {
      name: 'reprintWaitMinutes',
      concerns: INJECT,
      meaning: 'minutes that a reprint waits for the read-back of its predecessor; 0 for none',
    },
    15,
    [0, 10_080],
  ),
  continueInCaseOfSyncError: flag(
    {
      name: 'doContinueInCaseOfSyncError',
      concerns: RETRIEVE,
      meaning: 'whether a record that cannot be applied is put aside; else the execution stops before its page',
    },
    true,
  ),
  stickToTheHour: flag(
    {
      name: 'stickToTheHour',
      concerns: 'all',
      meaning:
        'whether starts stay on the marks of the schedule; else a start that fell into a run follows right after it',
    },
    true,
  ),
  killRatio: share({
    name: 'killRatio',
    concerns: 'all pushes',
    meaning: 'share of refused first tries above which an execution stops early, in error',
  }),
  maxLengthDumpedCallsInKbs: wholeNumber(
    {
      name: 'maxLengthDumpedCallsInKbs',
      concerns: 'all',
      meaning: 'KB of each exchanged payload that are stored; 0 for none',
    },
    0,
    [0, 10_240],
  ),
  enforceMandatoryParameters: flag(
    {
      name: 'enforceMandatoryParameters',
      concerns: INJECT,
      meaning: 'whether a ticket that lacks required data is refused before any call; else it is sent as it is',
    },
    true,
  ),
  dumpTemplateVariables: flag(
    {
      name: 'dumpTnPRvariables',
      concerns: INJECT,
      meaning: 'whether resolved template variables are stored with the call dumps',
    },
    false,
  ),
  dumpDataModifiedByTemplate: flag(
    {
      name: 'dumpDataModifiedByTemplate',
      concerns: INJECT,
      meaning: 'whether values that the template changed are stored',
    },
    false,
  ),
  overlaySpectatorDetailsWithLastOwner: flag(
    {
      name: 'overlaySpectatorDetailsWithLastOwner',
      aliases: ['overlaySpectatirDetailsWithLastOwner'],
      concerns: INJECT,
      meaning: 'whether a reprinted ticket goes to its last known wallet owner; else to its cultural contact',
    },
    true,
  ),
  resetInjectionInvalidationReasons: reasons({
    name: 'resetInjectionInvalidationReasons',
    concerns: INJECT,
    meaning: 'a ticket that replaces one invalidated for such a reason goes to the cultural contact',
  }),
  sendMultilingualAsJsonObject: flag(
    {
      name: 'sendMultilingualAsJsonObject',
      concerns: INJECT,
      meaning: 'whether translatable values travel as objects by language',
    },
    false,
  ),
  overrideVisibilityFlagForInvalidationReasons: reasons({
    name: 'overrideVisibilityFlagForInvalidationReasons',
    aliases: ['overrideVisibilityFlagForInvalidationReason'],
    concerns: CANCELLED,
    meaning: 'reasons that always leave the deleted ticket visible in the wallet',
  }),
  visibilityFlagDefaultValue: flag(
    {
      name: 'visibilityFlagDefaultValue',
      concerns: CANCELLED,
      meaning: 'whether deleted tickets stay visible when nothing else says so',
    },
    false,
  ),
  excludeTicketResale: flag(
    {
      name: 'excludeTicketResale',
      concerns: CANCELLED,
      meaning: 'whether resale reasons are pushed only where overrideVisibilityFlagForInvalidationReasons names them',
    },
    false,
  ),
  lifecycleMode: word(
    { name: 'TIXNGO_LIFECYCLE_MODE', concerns: RETRIEVE, meaning: 'how changes are read' },
    'lifecycle',
    'lifecycle only; the history mode ended in 2023',
  ),
  distributeToCulturalContact: flag(
    {
      name: 'enableTicketDistributionToCulturalContact',
      concerns: RETRIEVE,
      meaning: 'whether transfers in the wallet move the cultural contact and write distributions',
    },
    true,
  ),
} as const;

type Definitions = typeof PARAMETERS;

/** The custom parameters of an interface with their defaults filled in; the unit stands in the name, `killRatio` is missing unless set. */
export type Parameters = {
  readonly [K in keyof Definitions]: Definitions[K] extends ParameterDefinition<infer T> ? T : never;
};

/** Puts the parameters together; `read` gives the value of one of them. */
export function toParameters(read: <T>(definition: ParameterDefinition<T>) => T): Parameters {
  return {
    ticketIterationSize: read(PARAMETERS.ticketIterationSize),
    batchSplitSize: read(PARAMETERS.batchSplitSize),
    parallelCalls: read(PARAMETERS.parallelCalls),
    maxOutageMinutes: read(PARAMETERS.maxOutageMinutes),
    reprintWaitMinutes: read(PARAMETERS.reprintWaitMinutes),
    continueInCaseOfSyncError: read(PARAMETERS.continueInCaseOfSyncError),
    stickToTheHour: read(PARAMETERS.stickToTheHour),
    killRatio: read(PARAMETERS.killRatio),
    maxLengthDumpedCallsInKbs: read(PARAMETERS.maxLengthDumpedCallsInKbs),
    enforceMandatoryParameters: read(PARAMETERS.enforceMandatoryParameters),
    dumpTemplateVariables: read(PARAMETERS.dumpTemplateVariables),
    dumpDataModifiedByTemplate: read(PARAMETERS.dumpDataModifiedByTemplate),
    overlaySpectatorDetailsWithLastOwner: read(PARAMETERS.overlaySpectatorDetailsWithLastOwner),
    resetInjectionInvalidationReasons: read(PARAMETERS.resetInjectionInvalidationReasons),
    sendMultilingualAsJsonObject: read(PARAMETERS.sendMultilingualAsJsonObject),
    overrideVisibilityFlagForInvalidationReasons: read(PARAMETERS.overrideVisibilityFlagForInvalidationReasons),
    visibilityFlagDefaultValue: read(PARAMETERS.visibilityFlagDefaultValue),
    excludeTicketResale: read(PARAMETERS.excludeTicketResale),
    lifecycleMode: read(PARAMETERS.lifecycleMode),
    distributeToCulturalContact: read(PARAMETERS.distributeToCulturalContact),
  };
}
