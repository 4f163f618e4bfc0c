import { matching, openCommandLine, type CommandLine } from '../helpers/command-line';
import { interfaceX, schedulesX, seedOrganizations, seedTickets } from './configuration-fixture';

let line: CommandLine;
jest.setTimeout(120_000);

beforeAll(async () => {
  line = await openCommandLine('named-tickets');
  await seedOrganizations(line.pool);
  await seedTickets(line.pool, 20);
  expect(await line.run('migrate')).toMatchObject({ code: 0 });
  const file = line.write('tixngo.yaml', interfaceX + schedulesX);
  expect(await line.run('apply', file)).toMatchObject({ code: 0 });
});
afterAll(() => line.close());

test('a run that is forced over tickets of which none is there is not started', async () => {
  const { code, stdout, stderr } = await line.run('run', 'by-hand', '--force', 'N99,id:77');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe('There is no ticket N99, id:77 in FCX\nNear: N9\n');
  const far = await line.run('run', 'by-hand', '--force', '77');
  expect(far.stderr).toContain('There is no ticket 77 in FCX. A ticket is named by its number or, by its id, as id:7');
  const { rows } = await line.pool.query(`select 1 from operator_action where action in ('run', 'force')`);
  expect(rows).toEqual([]);
});

test('a run that is to skip what is no ticket is not started, though others that it is to skip are there', async () => {
  const { code, stdout, stderr } = await line.run('run', 'by-hand', '--skip', 'N1,N99,id:77');
  expect([code, stdout, stderr]).toEqual([1, '', 'There is no ticket N99, id:77 in FCX\nNear: N9\n']);
  const beside = await line.run('run', 'by-hand', '--force', 'N1,N98', '--skip', '77');
  expect([beside.code, beside.stderr]).toEqual([1, matching(/^There is no ticket 77 in FCX\. A ticket is named by /)]);
  const { rows } = await line.pool.query(`select 1 from operator_action where action in ('run', 'force')`);
  expect(rows).toEqual([]);
});

test('a run that is to skip what it is forced to send is wrong usage and not started, whatever name each list has for the ticket', async () => {
  const { code, stdout, stderr } = await line.run('run', 'by-hand', '--skip', 'N1,N2', '--force', 'N1,N3');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toBe('--skip and --force name the same ticket: N1. Take it out of one of the two lists.\n');
  const alias = await line.run('run', 'by-hand', '--skip', 'N1,id:2,N99', '--force', 'N2,id:1,N99');
  expect(alias.code).toBe(2);
  expect(alias.stderr).toBe(
    '--skip and --force name the same tickets: N1, N99, id:2. Take each out of one of the two lists.\n',
  );
  const { rows } = await line.pool.query(`select 1 from operator_action where action in ('run', 'force')`);
  expect(rows).toEqual([]);
});
