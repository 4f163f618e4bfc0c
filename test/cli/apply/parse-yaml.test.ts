import { changed, problemsOf } from './config-fixture';

describe('a text that is no such file', () => {
  test.each<[what: string, text: string | Uint8Array, problems: string[]]>([
    ['nothing', '', ['1 file: nothing -> interfaces and schedules']],
    ['a comment', '# nothing\n', ['1 file: nothing -> interfaces and schedules']],
    ['a list', '- a\n', ['1 file: a list -> names with their values, as in name: value']],
    ['a word', 'hello\n', ['1 file: a text -> names with their values, as in name: value']],
    ['interfaces that are no list', 'interfaces: 5\n', ['1 interfaces: 5 (a number) -> a list']],
    [
      'bytes of another encoding',
      new Uint8Array([0x61, 0x3a, 0xe9]),
      ['1 file: bytes that are not UTF-8 -> UTF-8: save the file in this encoding'],
    ],
    ['a NUL', 'interfaces: []\n# \u0000\n', ['2 file: a control character -> a text without one']],
    ['a tab as indentation', 'interfaces:\n\t- name: a\n', ['2 YAML: a tab as indentation -> blanks as indentation']],
    ['a name twice', 'interfaces: []\ninterfaces: []\n', ['2 YAML: a name that stands here twice -> each name once']],
    [
      'an anchor and an alias',
      'interfaces: &x []\nschedules: *x\n',
      ['2 YAML: an alias -> the value itself', '1 YAML: an anchor -> the value itself where it is needed'],
    ],
    ['a tag', 'interfaces: !!set []\n', ['1 YAML: a tag -> a plain value']],
    ['two documents', 'interfaces: []\n---\ninterfaces: []\n', ['3 YAML: a second document -> one document']],
    ['another YAML', '%YAML 1.1\n---\ninterfaces: []\n', ['1 YAML: a %YAML directive -> YAML 1.2, without directive']],
    ['a bracket left open', 'interfaces: [\n', [expect.stringMatching(/^\d YAML: /)]],
  ])('%s', (_what, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test('a name twice does not hide the other mistakes', () => {
    expect(problemsOf(changed('batchSize: 1000', 'batchSize: 0\n    batchSize: 0'))).toHaveLength(2);
  });
});

test.each([
  ['a second colon', 'interfaces:\n  - name: a: b\n', /^2 YAML: a colon too many/],
  ['an @', 'interfaces: @a\n', /^1 YAML: a value that begins with @/],
  ['a backslash', 'interfaces: "a\\q"\n', /^1 YAML: a backslash between double quotes/],
  [
    'a line one blank short in a list item',
    'interfaces:\n  - name: a\n   organization: FCX\n    organizer: b\n',
    /^3 YAML: a line that is indented less than the rest of its list item -> the indentation of the first name/,
  ],
  [
    'a line one blank too far',
    'interfaces:\n  - name: a\n     organization: FCX\n',
    /^2 YAML: .* a next line that is indented too far -> .* the same indentation/,
  ],
  ['a line beside its object', 'interfaces:\n  - name: a\n organization: b\n', /^3 YAML: a line indented otherwise/],
  ['no colon', 'interfaces:\n  - name: a\n    login\n', /^3 YAML: a name without a colon -> name: value/],
  [
    'a quote left open',
    'interfaces:\n  - name: "a\n    login: b\n',
    /^4 YAML: a quote that is not closed, in this line or/,
  ],
  ['a bracket left open', 'interfaces:\n  - apiKey: { env: A\n    login: b\n', /^3 YAML: a bracket that is not closed/],
  ['a text behind |', 'interfaces: |x\n  a\n', /^1 YAML: a character where none can stand/],
])('%s is told once per line, in words that point where it is', (_what, text, problem) => {
  expect(problemsOf(text)).toEqual([expect.stringMatching(problem)]);
});

test('the line with bytes of another encoding is named', () => {
  const bytes = Buffer.from('# ü is UTF-8\ninterfaces: []\n# Zürich\n# Köln\n', 'utf8');
  const line = bytes.indexOf('# Z');
  const broken = Buffer.concat([bytes.subarray(0, line), Buffer.from('# Zürich\n', 'latin1'), bytes.subarray(line)]);
  expect(problemsOf(broken)).toEqual(['3 file: bytes that are not UTF-8 -> UTF-8: save the file in this encoding']);
});
