import { addCommand, withRecord, type CommonOptions, type RecordedOptions, type Registry } from '../command';
import type { PutAsideListOptions, PutAsideRetryOptions } from '../put-aside';

export function addPutAside({ program, run }: Registry): void {
  const putAside = program
    .command('put-aside')
    .description('records of the wallet that could not be applied: list, show, retry, drop')
    .helpCommand(false)
    .addHelpText(
      'after',
      '\nExamples:\n  $ tixngo put-aside list\n  $ tixngo put-aside retry 12 --run fcx-tixngo/read-back',
    );
  addCommand(putAside, {
    name: 'list',
    summary: 'the records that wait: number, reason, what is wrong, ticket, since when; no payload',
    examples: [
      ['put-aside list --organizer fc-example --json', 'of one TIXNGO account, as a document'],
      ['put-aside list --reason SKIPPED', 'what is kept of skipped tickets, for the day on which they are not'],
    ],
  })
    .option('--organizer <name>', 'only of this TIXNGO account')
    .option(
      '--reason <reason>',
      'UNKNOWN_TICKET, UNKNOWN_STATUS, INVALID, TOO_LARGE, or SKIPPED, which is not listed else',
    )
    .option('--limit <n>', 'most records listed', '100')
    .action(async (options: PutAsideListOptions) => {
      const { listRecords } = await import('../put-aside.js');
      await run(options, (session) => listRecords(session, options));
    });
  addCommand(putAside, {
    name: 'show',
    summary: 'one record with its payload, which holds personal data',
    examples: [
      ['put-aside show 12', 'what is wrong, and the record as TIXNGO sent it'],
      ['put-aside show 12 --json', 'as a document'],
    ],
  })
    .argument('<number>', 'number of the record, as put-aside list shows it')
    .action(async (number: string, options: CommonOptions) => {
      const { showRecord } = await import('../put-aside.js');
      await run(options, (session) => showRecord(session, number));
    });
  const retry = addCommand(putAside, {
    name: 'retry',
    summary: 'try records again at the next run of their account, or now; a ticket that arrives needs no retry',
    examples: [
      ['put-aside retry 12,15 --reason "tickets imported"', 'at the next run'],
      ['put-aside retry --all --run fcx-tixngo/read-back --wait', 'all of them, by a run that is started now'],
    ],
  })
    .argument('[numbers...]', 'numbers of records, separated by commas or blanks')
    .option('--all', 'all records that wait, instead of numbers')
    .option('--organizer <name>', 'only of this TIXNGO account')
    .option('--run <schedule>', 'start a run of this retrieve-status schedule now')
    .option('--wait', 'with --run: wait for its end; 0 when it ends OK or WARNING, 1 when it ends in ERROR or SKIPPED');
  withRecord(retry).action(async (numbers: readonly string[], options: PutAsideRetryOptions) => {
    const { retryRecords } = await import('../put-aside.js');
    await run(options, (session) => retryRecords(session, numbers, options));
  });
  const drop = addCommand(putAside, {
    name: 'drop',
    summary: 'give records up that will never be applied: they leave the list, and their payloads are deleted',
    examples: [
      ['put-aside drop 12 --reason "test ticket of TIXNGO"', 'one record; --reason is needed'],
      ['put-aside drop 12,15 --reason "sent again, case 4711" --who ana', 'two, and who acts'],
    ],
  }).argument('<numbers...>', 'numbers of records, separated by commas or blanks');
  withRecord(drop).action(async (numbers: readonly string[], options: RecordedOptions) => {
    const { dropRecords } = await import('../put-aside.js');
    await run(options, (session) => dropRecords(session, numbers, options));
  });
}
