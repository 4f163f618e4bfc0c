import type { Middle } from './proxy';

/** `before`: what was asked never arrives. `after`: Postgres has committed it, and its answer never arrives. */
export type Side = 'before' | 'after';

export interface Strike {
  readonly side: Side;
  /** Told when the connection has been cut. */
  readonly onStrike?: (what: string) => void;
}

/** ReadyForQuery with no transaction open: what was asked is committed, and on the disk where Postgres waits for that. */
const committed = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/**
 * Stands between a worker and Postgres, and cuts the connection at commits. `choose` is asked at each request that commits one of the named
 * statements (`commit` itself for transactions), and says on which side of the commit it breaks, if at all.
 */
export function loseCommits(statements: readonly string[], choose: (statement: string) => Strike | undefined): Middle {
  let lost: { readonly statement: string; readonly strike: Strike } | undefined;
  let tail: Buffer = Buffer.alloc(0);
  return {
    toServer: (bytes, cut) => {
      const statement = findStatement(bytes, statements);
      const strike = statement === undefined ? undefined : choose(statement);
      if (statement === undefined || strike === undefined) return bytes;
      if (strike.side === 'after') {
        lost = { statement, strike };
        return bytes;
      }
      cut();
      strike.onStrike?.(statement);
      return undefined;
    },
    toClient: (bytes, cut) => {
      if (lost === undefined) return bytes;
      tail = Buffer.concat([tail, bytes]).subarray(-committed.length);
      if (!tail.equals(committed)) return undefined;
      const { statement, strike } = lost;
      lost = undefined;
      cut();
      strike.onStrike?.(statement);
      return undefined;
    },
  };
}

/** A prepared statement is bound by its name; `commit` comes as a text of its own. Both end with a zero byte. */
function findStatement(bytes: Buffer, statements: readonly string[]): string | undefined {
  return statements.find((name) => bytes.includes(`\0${name}\0`) || bytes.includes(`${name}\0`));
}

/** Counts the SQL states that Postgres answers with. */
export function countErrors(counts: Map<string, number>): Middle {
  return {
    toClient: (bytes) => {
      for (const [, code = ''] of bytes.toString('latin1').matchAll(/\0C([0-9A-Z]{5})\0M/g)) {
        counts.set(code, (counts.get(code) ?? 0) + 1);
      }
      return bytes;
    },
  };
}
