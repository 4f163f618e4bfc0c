import { addCommand, type CommonOptions, type Registry } from '../command';

export function addTest({ program, run }: Registry): void {
  addCommand(program, {
    name: 'test',
    summary:
      'is TIXNGO reachable with the key of an interface? Asked on every worker, where the keys are; sends no ticket',
    examples: [
      ['test fcx-tixngo', 'one line per worker; 1 when one of them cannot'],
      ['test fcx-tixngo --json', 'as a document'],
    ],
  })
    .argument('<interface>', 'name of the interface')
    .action(async (name: string, options: CommonOptions) => {
      const { testOnWorkers } = await import('../test.js');
      await run(options, (session) => testOnWorkers(session, name));
    });
}

export function addDoctor({ program, run }: Registry): void {
  addCommand(program, {
    name: 'doctor',
    summary: 'does the set-up work? Node, database, Temporal, schedules, workers, every interface',
    examples: [
      ['doctor', 'one line per check; 1 when one is bad, 3 when a server cannot be reached'],
      ['doctor --json', 'as a document'],
    ],
  }).action(async (options: CommonOptions) => {
    const { examine } = await import('../doctor.js');
    await run(options, examine);
  });
}

export function addMigrate({ program, run }: Registry): void {
  addCommand(program, {
    name: 'migrate',
    summary:
      'bring the database schema, the Temporal namespace and its search attributes up to this version; twice changes nothing',
    examples: [
      ['migrate', 'before the first start, and after every update of the program'],
      ['migrate --json', 'what changed, as a document'],
    ],
  }).action(async (options: CommonOptions) => {
    const { migrateAll } = await import('../migrate.js');
    await run(options, migrateAll);
  });
}
