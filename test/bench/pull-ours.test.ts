import { largestPage } from '../../bench/pull-ours';

const history = 'with history as (insert into mobile_ticket_history (ticket_id) select 1)';

test('of all pages the one with most statements counts, from begin to commit', () => {
  const small = ['begin', history, 'commit'];
  const large = ['begin', 'select pg_advisory_xact_lock(1)', 'select 2', history, 'commit'];
  const statements = ['select 1', ...small, 'update retrieve_cursor', ...large, ...small];
  expect(largestPage(statements)).toEqual(large);
});

test('what opens and closes a run is no page', () => {
  const page = ['begin', history, 'commit'];
  expect(largestPage(['begin', 'a', 'b', 'c', 'd', 'commit', ...page])).toEqual(page);
});

test('a run that wrote no page gives no figure', () => {
  expect(() => largestPage(['begin', 'select 1', 'commit'])).toThrow('No page was written');
});
