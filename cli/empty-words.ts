import type { Command } from 'commander';

/** Options that mean something without a value, as the first pagination key is empty, or whose command says more of it. */
const MAY_BE_EMPTY: readonly string[] = ['confirmCursor', 'cursor', 'file', 'force', 'skip'];

/**
 * Ends a command with wrong usage when one of its words is empty or blank, as a shell leaves it for a variable without a value: it names nothing,
 * and what was meant is not what a command would make of it. To be called before the command does anything.
 */
export function refuseEmptyWords(command: Command): void {
  const words = command.registeredArguments.flatMap((argument, index) => {
    const isEmptied = toWords(command.processedArgs[index]).some(isBlank);
    return isEmptied ? [`<${argument.name()}> is an empty word; allowed: ${argument.description}`] : [];
  });
  const options = command.options.flatMap((option) => {
    const name = option.attributeName();
    if (MAY_BE_EMPTY.includes(name) || !toWords(command.getOptionValue(name)).some(isBlank)) return [];
    return [`${option.long ?? option.flags} has an empty value: give it one, or leave it out (${option.description})`];
  });
  const problems = [...words, ...options];
  if (problems.length > 0) command.error(`error: ${problems.join('\nerror: ')}`, { exitCode: 2 });
}

function toWords(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isBlank(word: unknown): boolean {
  return typeof word === 'string' && word.trim() === '';
}
