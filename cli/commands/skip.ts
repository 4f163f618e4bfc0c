import { addCommand, withRecord, type CommonOptions, type RecordedOptions, type Registry } from '../command';

export function addSkip({ program, run }: Registry): void {
  const skip = program
    .command('skip')
    .description('the tickets that a schedule leaves out: add, remove, list')
    .helpCommand(false)
    .addHelpText(
      'after',
      '\nExamples:\n  $ tixngo skip add inject-league 12300123 --reason "address wrong"\n  $ tixngo skip list inject-league',
    );
  for (const verb of ['add', 'remove'] as const) {
    const command = addCommand(skip, {
      name: verb,
      summary: verb === 'add' ? 'leave tickets out from now on' : 'take tickets off the skip list again',
      examples: [
        [`skip ${verb} fcx-tixngo/inject-league 12300123,id:7`, 'two tickets, by number and by id'],
        [`skip ${verb} inject-league 12300123 --reason "address wrong"`, 'the reason is recorded'],
      ],
    })
      .argument('<schedule>', 'interface/schedule, or the schedule alone where its name is unique')
      .argument('<tickets...>', 'ticket numbers, or id:7, separated by commas or blanks');
    withRecord(command).action(async (name: string, tickets: readonly string[], options: RecordedOptions) => {
      const { addToSkips, removeFromSkips } = await import('../skip.js');
      const change = verb === 'add' ? addToSkips : removeFromSkips;
      await run(options, (session) => change(session, { name, tickets, options }));
    });
  }
  addCommand(skip, {
    name: 'list',
    summary: 'show the skip list of a schedule',
    examples: [
      ['skip list inject-league', 'tickets with reason, who and when'],
      ['skip list fcx-tixngo/inject-league --json', 'as a document'],
    ],
  })
    .argument('<schedule>', 'interface/schedule, or the schedule alone where its name is unique')
    .action(async (name: string, options: CommonOptions) => {
      const { showSkips } = await import('../skip.js');
      await run(options, (session) => showSkips(session, name));
    });
}
