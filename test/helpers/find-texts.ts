import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { OpenConnection } from '../../client/connect';

/** A text to search, and where it is from. */
export interface SearchedText {
  readonly where: string;
  readonly text: string;
}

/** Names of the places that hold one of these texts, in any letter case, plain or escaped as in JSON; never the text itself. */
export function findTexts(texts: readonly SearchedText[], wanted: readonly string[]): readonly string[] {
  const needles = wanted.flatMap((one) => [one.toLowerCase(), JSON.stringify(one).slice(1, -1).toLowerCase()]);
  return texts.filter(({ text }) => hasOne(text.toLowerCase(), new Set(needles))).map(({ where }) => where);
}

function hasOne(text: string, needles: ReadonlySet<string>): boolean {
  for (const needle of needles) if (text.includes(needle)) return true;
  return false;
}

/** All histories of the namespace with memos and search attributes, as JSON with every payload in clear text. */
export async function readHistories({ client }: OpenConnection): Promise<readonly SearchedText[]> {
  const texts: SearchedText[] = [];
  for await (const { workflowId, runId, memo, typedSearchAttributes } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const clear = JSON.stringify(decodePayloads(JSON.parse(JSON.stringify(historyToJSON(history)))));
    texts.push({
      where: workflowId,
      text: clear + JSON.stringify(memo) + JSON.stringify(typedSearchAttributes.getAll()),
    });
  }
  return texts;
}

/** Replaces each base64 `data` of a payload by its text. */
function decodePayloads(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodePayloads);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === 'data' && typeof inner === 'string'
        ? Buffer.from(inner, 'base64').toString('utf8')
        : decodePayloads(inner),
    ]),
  );
}
