import { addCommand, withRecord, type RecordedOptions, type Registry } from '../command';
import type { PauseOptions } from '../pause';

export function addPauseResumeStop({ program, run }: Registry): void {
  for (const verb of ['pause', 'resume'] as const) {
    const command = addCommand(program, {
      name: verb,
      summary: `${verb} a run, the starts of a schedule, or everything towards one interface or TIXNGO account`,
      examples: [
        [`${verb} 812`, verb === 'pause' ? 'the run finishes its calls in flight and waits' : 'the run goes on'],
        [`${verb} --organizer fc-example --reason "maintenance at TIXNGO"`, 'all runs of the account, on all workers'],
      ],
    })
      .argument('[target]', 'number of a run, or name of a schedule')
      .option('--interface <name>', 'everything of this interface')
      .option('--organizer <name>', 'everything towards this TIXNGO account');
    withRecord(command).action(async (target: string | undefined, options: PauseOptions) => {
      const { setPaused } = await import('../pause.js');
      await run(options, (session) => setPaused(session, verb, { target, options }));
    });
  }
  const stop = addCommand(program, {
    name: 'stop',
    summary: 'stop a run: it finishes its calls in flight and closes, the rest NOT_TRIED',
    examples: [
      ['stop 812 --reason "wrong prices"', 'the next run takes what was not tried'],
      ['stop 812 --json', 'the same, the answer as a document'],
    ],
  }).argument('<run>', 'number of an open run');
  withRecord(stop).action(async (target: string, options: RecordedOptions) => {
    const { signalRun } = await import('../pause.js');
    await run(options, (session) => signalRun(session, 'stop', { target, options }));
  });
}
