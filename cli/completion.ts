import type { Command } from 'commander';
import { wrongUsage, type CommandFailure } from './failure';

/** What may follow a command: `path` is empty for the program itself, `skip add` for a command of a command. */
export interface CommandWords {
  readonly path: string;
  readonly words: readonly string[];
}

/** The program's commands, with the commands and long options of each. */
export function listWords(program: Command, path: readonly string[] = []): readonly CommandWords[] {
  const options = program.options.flatMap(({ long }) => (long ? [long] : []));
  const names = program.commands.map((command) => command.name());
  const own = { path: path.join(' '), words: [...names, ...options, '--help'] };
  return [own, ...program.commands.flatMap((command) => listWords(command, [...path, command.name()]))];
}

const writers: Readonly<Record<string, (commands: readonly CommandWords[]) => string>> = {
  bash: toBash,
  zsh: (commands) =>
    `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${toBash(commands)}`,
  fish: toFish,
};

/** The script of a shell, or a failure that names the shells there are. */
export function toCompletion(shell: string, commands: readonly CommandWords[]): string | CommandFailure {
  const write = Object.hasOwn(writers, shell) ? writers[shell] : undefined;
  return (
    write?.(commands) ?? wrongUsage(`There is no completion for ${shell}. Allowed: ${Object.keys(writers).join(', ')}`)
  );
}

/** The words before the cursor that begin no option say which command it is; two words for a command of a command. */
function toBash(commands: readonly CommandWords[]): string {
  const cases = commands.map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`);
  return `_tixngo() {
  local words='' path='' two=''
  path="\${COMP_WORDS[1]:-}"
  [ "$COMP_CWORD" -le 1 ] && path=''
  [ "$COMP_CWORD" -gt 2 ] && two="$path \${COMP_WORDS[2]}"
  case "$two" in
${cases.filter((line) => / '[\w-]+ [\w-]+'/.test(line)).join('\n')}
  esac
  [ -z "$words" ] && case "$path" in
${cases.filter((line) => !/ '[\w-]+ [\w-]+'/.test(line)).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _tixngo tixngo
`;
}

function toFish(commands: readonly CommandWords[]): string {
  const lines = commands.map(({ path, words }) => {
    const [first, second] = path.split(' ');
    const seen = [first, second].flatMap((word) => (word ? [`__fish_seen_subcommand_from ${word}`] : []));
    const condition = seen.length === 0 ? '__fish_use_subcommand' : seen.join('; and ');
    return `complete -c tixngo -n '${condition}' -a '${words.join(' ')}'`;
  });
  return `${lines.join('\n')}\n`;
}
