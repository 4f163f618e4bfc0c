import { addCommand, type Registry } from '../command';
import type { PendingOptions } from '../pending';
import type { TicketOptions } from '../ticket';

export function addTicket({ program, run }: Registry): void {
  addCommand(program, {
    name: 'ticket',
    summary:
      'what happened to a ticket: its status here and in the wallet, who has it there, every change, every run that touched it',
    examples: [
      ['ticket 12300123', 'by its number'],
      ['ticket 12300123 --organization FCX --json', 'a number that several organizations use, as a document'],
    ],
  })
    .argument('<ticket>', 'ticket number, or id:7')
    .option('--organization <code>', 'the inventory organization, where a number is not unique')
    .action(async (name: string, options: TicketOptions) => {
      const { showTicket } = await import('../ticket.js');
      await run(options, (session) => showTicket(session, name, options));
    });
}

export function addPending({ program, run }: Registry): void {
  addCommand(program, {
    name: 'pending',
    summary:
      'what is left to send: count, oldest, by product, and each ticket that a run refused; of retrieve-status where it goes on reading',
    examples: [
      ['pending inject-league', 'what the next run may take'],
      ['pending fcx-tixngo/inject-league --json', 'as a document'],
    ],
  })
    .argument('<schedule>', 'interface/schedule, or the schedule alone where its name is unique')
    .option('--limit <n>', 'most refused tickets listed', '100')
    .action(async (name: string, options: PendingOptions) => {
      const { showPending } = await import('../pending.js');
      await run(options, (session) => showPending(session, name, options));
    });
}
