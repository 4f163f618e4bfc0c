import type { Registry } from '../command';
import { refuseEmptyWords } from '../empty-words';
import { CommandFailure } from '../failure';
import type { CommandWords } from '../completion';

/** `words` tells all commands with their options, once the whole program has been loaded. */
export function addCompletion({ program, finish }: Registry, words: () => readonly CommandWords[]): void {
  program
    .command('completion')
    .description('print the script that completes commands and options in a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      '\nExamples:\n  $ source <(tixngo completion bash)\n  $ tixngo completion fish > ~/.config/fish/completions/tixngo.fish',
    )
    .hook('preAction', refuseEmptyWords)
    .action(async (shell: string) => {
      const { toCompletion } = await import('../completion.js');
      const script = toCompletion(shell, words());
      if (script instanceof CommandFailure) process.stderr.write(`${script.message}\n`);
      else process.stdout.write(script);
      finish(script instanceof CommandFailure ? script.exitCode : 0);
    });
}
