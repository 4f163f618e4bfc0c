import { PARAMETERS } from './parameters';

/** Parameters that a function of this version goes by; those of functions that are not there yet are checked, stored and told of. */
const WITH_EFFECT: ReadonlySet<string> = new Set(
  [
    PARAMETERS.ticketIterationSize,
    PARAMETERS.batchSplitSize,
    PARAMETERS.parallelCalls,
    PARAMETERS.maxOutageMinutes,
    PARAMETERS.continueInCaseOfSyncError,
    PARAMETERS.stickToTheHour,
    PARAMETERS.killRatio,
    PARAMETERS.enforceMandatoryParameters,
    PARAMETERS.lifecycleMode,
    PARAMETERS.distributeToCulturalContact,
  ].map(({ name }) => name),
);

/** The names in a text of `name=value` lines, which `parseParameters` accepts, that have no effect in this version, and their lines from 1. */
export function findWithoutEffect(text: string): readonly { readonly name: string; readonly line: number }[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((content, index) => ({ name: content.slice(0, Math.max(content.indexOf('='), 0)).trim(), line: index + 1 }))
    .filter(({ name }) => name !== '' && !WITH_EFFECT.has(name));
}
