import fc from 'fast-check';
import { MOST_REFERENCES, parseTicketReferences } from '../../core/force-skip';

test.each<[text: string, ticketNumbers: string[], ids: string[]]>([
  ['', [], []],
  ['  \n', [], []],
  ['12300123', ['12300123'], []],
  ['id:123456789', [], ['123456789']],
  [' 12300123 ,id:7,\n A-9/1', ['12300123', 'A-9/1'], ['7']],
  ['1,1,id:7,id:007', ['1'], ['7']],
  ['001', ['001'], []],
  ['id:9223372036854775807', [], ['9223372036854775807']],
])('%j', (text, ticketNumbers, ids) => {
  expect(parseTicketReferences(text, 'force')).toEqual({ references: { ticketNumbers, ids } });
});

describe('a mistake is told by the place and the shape of its entry', () => {
  test.each<[text: string, found: string]>([
    ['1,,2', 'an empty entry, entry 2 (from character 3)'],
    ['1,', 'an empty entry, entry 2 (from character 3)'],
    ['1, id:x', '4 characters that are no ticket id, entry 2 (from character 4)'],
    ['id:', '3 characters that are no ticket id, entry 1 (from character 1)'],
    ['id:0', '4 characters that are no ticket id, entry 1 (from character 1)'],
    ['ID:5', '4 characters that are no ticket id, entry 1 (from character 1)'],
    ['id: 5', '5 characters that are no ticket id, entry 1 (from character 1)'],
    ['id:9223372036854775808', '22 characters that are no ticket id, entry 1 (from character 1)'],
    ['1 2', '3 characters that are no ticket number, entry 1 (from character 1)'],
    ['1;2', '3 characters that are no ticket number, entry 1 (from character 1)'],
    ['1,a\u0000', '2 characters that are no ticket number, entry 2 (from character 3)'],
  ])('%j', (text, found) => {
    expect(parseTicketReferences(text, 'skip')).toEqual({
      problems: [{ field: 'skip', found, allowed: 'ticket numbers, and ids as id:123456789, separated by commas' }],
    });
  });
});

test.each(['Ana Ruiz', 'ana ruiz@example.org', 'id:ana.ruiz@example.org', '7,ana:ruiz,8'])(
  'what was typed is not repeated, it may be a name or an address: %j',
  (text) => {
    expect(JSON.stringify(parseTicketReferences(text, 'force'))).not.toMatch(/ana|ruiz/i);
  },
);

test('every mistake is told', () => {
  expect(parseTicketReferences('1 2,,id:x', 'force')).toMatchObject({ problems: [{}, {}, {}] });
});

test(`${String(MOST_REFERENCES)} entries are taken, one more is not`, () => {
  const entries = Array.from({ length: MOST_REFERENCES }, (_, index) => String(index));
  expect(parseTicketReferences(entries.join(','), 'force')).toEqual({
    references: { ticketNumbers: entries, ids: [] },
  });
  expect(parseTicketReferences([...entries, 'x'].join(','), 'force')).toMatchObject({
    problems: [{ field: 'force', found: '10001 entries', allowed: 'at most 10000 entries' }],
  });
});

test('whatever is written, a list that is taken comes out again from its own parts', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          fc.nat().map(String),
          fc.nat().map((id) => `id:${String(id)}`),
        ),
      ),
      (entries) => {
        const result = parseTicketReferences(entries.join(','), 'force');
        if ('problems' in result) return;
        const { ticketNumbers, ids } = result.references;
        const again = [...ticketNumbers, ...ids.map((id) => `id:${id}`)].join(',');
        expect(parseTicketReferences(again, 'force')).toEqual(result);
      },
    ),
  );
});
