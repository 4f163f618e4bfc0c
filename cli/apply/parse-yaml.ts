import { isUtf8 } from 'node:buffer';
import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
} from 'yaml';
import type { Problem } from '../../core/problem';

/** The step from an object or list to what stands in it. */
export type Path = readonly (string | number)[];

/** A YAML text as plain values, and where each of them stands. */
export interface YamlText {
  readonly value: unknown;
  /** Mistakes that leave the rest readable: a name twice, an anchor, a tag. */
  readonly problems: readonly Problem[];
  /** Line of a path, from 1: of the name where it has one, else of the nearest thing around it that exists. */
  readonly lineOf: (path: Path) => number;
  /** Line in which the text of a scalar begins: a block (`|`) begins below its name. */
  readonly firstLineOfText: (path: Path) => number;
}

// The parser's own words may quote the text, which may hold a secret: each kind of mistake gets ours.
const MISTAKES: Readonly<Record<string, readonly [found: string, allowed: string]>> = {
  TAB_AS_INDENT: ['a tab as indentation', 'blanks as indentation'],
  BAD_INDENT: ['a line indented otherwise than its neighbours', 'the same indentation in one list or object'],
  MISSING_CHAR: [
    'a missing character: a quote, bracket, comma or colon',
    'complete quotes and brackets, and a blank after each colon',
  ],
  MULTILINE_IMPLICIT_KEY: ['a line that is no name: value', 'name: value, with a blank after the colon'],
  BLOCK_AS_IMPLICIT_KEY: [
    'a colon too many, or a next line that is indented too far',
    'one name: value in each line, those of one object with the same indentation',
  ],
  BLOCK_IN_FLOW: ['a list or object over several lines between brackets', 'all of it between brackets, or none'],
  BAD_SCALAR_START: ['a value that begins with @ or a backquote', 'the value in quotes'],
  BAD_DQ_ESCAPE: ['a backslash between double quotes', 'two backslashes, or single quotes around the text'],
  UNEXPECTED_TOKEN: ['a character where none can stand', 'quotes around texts with special characters'],
};

// One code stands for several mistakes, which the beginning of the parser's words tells apart.
const CLOSER_MISTAKES: readonly (readonly [words: string, found: string, allowed: string])[] = [
  [
    'Sequence item without',
    'a line that is indented less than the rest of its list item',
    'the indentation of the first name of the item, behind the hyphen; or a hyphen for a new item',
  ],
  ['Implicit map keys', 'a name without a colon', 'name: value, with a blank after the colon'],
  ['Missing closing', 'a quote that is not closed, in this line or above', 'a quote at both ends of a text'],
  [
    'Flow ',
    'a bracket that is not closed in the lines above',
    '] or } at the end of a list or object between brackets',
  ],
];

/** Reads a configuration text: one YAML 1.2 document of UTF-8, a byte-order mark allowed, without anchors, aliases, tags and control characters. */
export function parseYaml(bytes: Uint8Array): YamlText | { readonly problems: readonly Problem[] } {
  const badLine = findLineThatIsNotUtf8(bytes);
  if (badLine !== undefined) {
    const problem = { line: badLine, field: 'file', found: 'bytes that are not UTF-8' };
    return { problems: [{ ...problem, allowed: 'UTF-8: save the file in this encoding' }] };
  }
  const text = new TextDecoder('utf-8').decode(bytes);
  const lines = new LineCounter();
  // Positions count from behind the byte-order mark, which TextDecoder takes away.
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
    resolveKnownTags: false,
  });
  const documents = Array.isArray(parsed) ? parsed : [];
  const [document] = documents;
  if (document === undefined)
    return { problems: [{ line: 1, field: 'file', found: 'nothing', allowed: 'interfaces and schedules' }] };
  const lineAt: LineAt = (offset) => Math.max(1, lines.linePos(offset).line);
  const fatal = [...findControlCharacters(text), ...findFatalMistakes(documents, lineAt)];
  const problems = findMendableMistakes(documents, lineAt);
  if (fatal.length > 0) return { problems: [...fatal, ...problems] };
  return {
    value: document.toJS({ maxAliasCount: 0 }),
    problems,
    lineOf: (path) => lineAt(findOffset(document, path)),
    firstLineOfText: (path) => {
      const node = document.getIn(path, true);
      const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
      const start = isNode(node) ? (node.range?.[0] ?? 0) : findOffset(document, path);
      return lineAt(start) + (isBlock ? 1 : 0);
    },
  };
}

function findLineThatIsNotUtf8(bytes: Uint8Array): number | undefined {
  if (isUtf8(bytes)) return undefined;
  let [line, start] = [1, 0];
  for (;;) {
    // No byte of a longer character is a line feed: cutting at those keeps characters whole.
    const end = bytes.indexOf(LINE_FEED, start);
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return line;
    [line, start] = [line + 1, end + 1];
  }
}

const LINE_FEED = 0x0a;

function findControlCharacters(text: string): readonly Problem[] {
  const index = text.search(/[^\P{Cc}\t\r\n]/u);
  if (index < 0) return [];
  const line = text.slice(0, index).split(/\r\n|\n|\r/).length;
  return [{ line, field: 'file', found: 'a control character', allowed: 'a text without one' }];
}

type LineAt = (offset: number) => number;

/** Mistakes behind which nothing can be trusted any more. */
function findFatalMistakes(documents: readonly Document[], lineAt: LineAt): readonly Problem[] {
  const problems: Problem[] = [];
  for (const document of documents) {
    for (const { code, pos, message } of document.errors.filter((error) => error.code !== 'DUPLICATE_KEY')) {
      // What the parser says further of a line follows from the first mistake in it.
      if (problems.some(({ line }) => line === lineAt(pos[0]))) continue;
      problems.push({ line: lineAt(pos[0]), field: 'YAML', ...toWords(code, message) });
    }
    // An older version of YAML reads other values: `no` as false, for instance.
    if (document.directives?.yaml.explicit === true) {
      problems.push({ line: 1, field: 'YAML', found: 'a %YAML directive', allowed: 'YAML 1.2, without directive' });
    }
    visit(document, {
      Alias: (_key, { range }) => {
        problems.push({ line: lineAt(range?.[0] ?? 0), field: 'YAML', found: 'an alias', allowed: 'the value itself' });
      },
    });
  }
  const second = documents[1];
  if (second === undefined) return problems;
  const line = lineAt(second.contents?.range?.[0] ?? second.range?.[0] ?? 0);
  return [...problems, { line, field: 'YAML', found: 'a second document', allowed: 'one document' }];
}

function toWords(code: string, message: string): Pick<Problem, 'found' | 'allowed'> {
  const closer = CLOSER_MISTAKES.find(([words]) => message.startsWith(words));
  if (closer !== undefined) return { found: closer[1], allowed: closer[2] };
  const [found, allowed] = MISTAKES[code] ?? ['something that YAML does not allow here', 'YAML 1.2'];
  return { found, allowed };
}

function findMendableMistakes(documents: readonly Document[], lineAt: LineAt): readonly Problem[] {
  const problems: Problem[] = [];
  const add = (offset: number, found: string, allowed: string): void => {
    problems.push({ line: lineAt(offset), field: 'YAML', found, allowed });
  };
  for (const document of documents) {
    for (const { code, pos } of document.errors) {
      if (code === 'DUPLICATE_KEY') add(pos[0], 'a name that stands here twice', 'each name once');
    }
    visit(document, {
      Node: (_key, node) => {
        if (isAlias(node)) return;
        const offset = node.range?.[0] ?? 0;
        if (node.anchor !== undefined) add(offset, 'an anchor', 'the value itself where it is needed');
        if (node.tag !== undefined) add(offset, 'a tag', 'a plain value');
      },
    });
  }
  return problems;
}

/** Where the deepest part of a path that exists begins. */
function findOffset(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === step);
      if (pair === undefined) return offset;
      offset = isNode(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      const item = node.items[step];
      if (!isNode(item)) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}
