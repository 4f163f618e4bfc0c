import { mkdtempSync, appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listStatements, markEnd } from '../../bench/statement-log';

test('statements of a database are listed in order, begin and commit too, each in one line', () => {
  const log = [
    'run_1 11 LOG:  statement: begin',
    'run_1 11 LOG:  execute plan-1: ',
    '\tselect a,',
    '\t  b from c',
    'run_2 12 LOG:  statement: select 1',
    ' 9 LOG:  checkpoint starting: time',
    'run_1 13 LOG:  execute <unnamed>: delete from d',
    'run_1 11 LOG:  duration: 3 ms',
    'run_1 11 LOG:  statement: commit',
    '',
  ].join('\n');
  expect(listStatements(log, 'run_1')).toEqual([
    { session: '11', text: 'begin' },
    { session: '11', text: 'select a, b from c' },
    { session: '13', text: 'delete from d' },
    { session: '11', text: 'commit' },
  ]);
  expect(listStatements(log, 'run_')).toEqual([]);
});

test('only what is written after the mark is read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'statement-log-'));
  try {
    const file = join(folder, 'log');
    writeFileSync(file, 'before é\n');
    const readAdded = markEnd(file);
    appendFileSync(file, 'after é\n');
    expect(readAdded()).toBe('after é\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
