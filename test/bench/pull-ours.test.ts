import { largestPage } from '../../bench/pull-ours';

const inSession = (session: string, texts: readonly string[]) => texts.map((text) => ({ session, text }));
const history = 'with history as (insert into mobile_ticket_history (ticket_id) select 1)';

test('of all pages the one with most statements counts, from begin to commit', () => {
  const small = ['begin', history, 'commit'];
  const large = ['begin', 'select pg_advisory_xact_lock(1)', 'select 2', history, 'commit'];
  const statements = ['select 1', ...small, 'update retrieve_cursor', ...large, ...small];
  expect(largestPage(inSession('1', statements))).toEqual(large);
});

test('a page that is loaded while another one is written is told from that one', () => {
  const written = ['begin', history, 'commit'];
  const loaded = ['begin', 'select 2', history, 'commit'];
  const statements = [
    ...loaded.slice(0, 2).flatMap((text, i) => [...inSession('2', [text]), ...inSession('1', [written[i] ?? ''])]),
    ...inSession('1', ['commit']),
    ...inSession('2', loaded.slice(2)),
  ];
  expect(largestPage(statements)).toEqual(loaded);
});

test('what opens and closes a run is no page', () => {
  const page = ['begin', history, 'commit'];
  expect(largestPage(inSession('1', ['begin', 'a', 'b', 'c', 'd', 'commit', ...page]))).toEqual(page);
});

test('a run that wrote no page gives no figure', () => {
  expect(() => largestPage(inSession('1', ['begin', 'select 1', 'commit']))).toThrow('No page was written');
});
