import { randomUUID } from 'node:crypto';
import type { Change, DiffRecord } from './diff-record';
import { toGeneratedRecord, type GeneratedRecords, type RecordsRequest } from './generated-records';

/** Records of one piece of a log; whole pieces are dropped when a log has grown too long. */
const pieceLength = 1024;

type Piece =
  | { readonly kind: 'changes'; readonly records: DiffRecord[] }
  | { readonly kind: 'generated'; readonly given: GeneratedRecords };

interface Log {
  /** Records that were dropped from its beginning. */
  dropped: number;
  length: number;
  /** Those that take memory: made-up ones do not. */
  kept: number;
  pieces: Piece[];
}

/** What the snapshot file keeps. */
export interface SavedChanges {
  readonly epoch: string;
  readonly lastChangeNumber: number;
  readonly logs: Readonly<Record<string, Log>>;
}

export interface ChangeLog {
  readonly append: (organizer: string, change: Change) => void;
  /** Adds made-up records; the number of the first. */
  readonly generate: (organizer: string, request: RecordsRequest) => number;
  /** Drops the oldest records of an account that keeps more than `most` changes. */
  readonly trim: (organizer: string, most: number) => void;
  /** The places that can be read: from `first`, up to but without `end`. */
  readonly range: (organizer: string) => { readonly first: number; readonly end: number };
  readonly read: (organizer: string, from: number, to: number) => readonly DiffRecord[];
  /** What the pagination keys of an account are signed with; another one after each clear. */
  readonly secretOf: (organizer: string) => string;
  /** Changes with everything that happens to the log. */
  readonly version: () => string;
  readonly lastChangeNumber: () => number;
  readonly save: () => SavedChanges;
  readonly put: (saved: SavedChanges) => void;
  readonly clear: () => void;
}

/** Every change of every ticket, a log per account, in order. */
export function openChangeLog(now: () => number): ChangeLog {
  let epoch: string = randomUUID();
  let lastChangeNumber = 0;
  let logs = new Map<string, Log>();
  const logOf = (organizer: string): Log => {
    const known = logs.get(organizer);
    if (known !== undefined) return known;
    const log: Log = { dropped: 0, length: 0, kept: 0, pieces: [] };
    logs.set(organizer, log);
    return log;
  };
  return {
    append: (organizer, change) => {
      lastChangeNumber += 1;
      const log = logOf(organizer);
      openPiece(log).push({ changeNumber: lastChangeNumber, ...change });
      log.length += 1;
      log.kept += 1;
    },
    generate: (organizer, request) => {
      const log = logOf(organizer);
      const firstChangeNumber = lastChangeNumber + 1;
      const given = { ...request, firstChangeNumber, startMs: request.startMs ?? now() - request.count };
      log.pieces.push({ kind: 'generated', given });
      log.length += request.count;
      lastChangeNumber += request.count;
      return firstChangeNumber;
    },
    trim: (organizer, most) => {
      const log = logOf(organizer);
      for (let [piece] = log.pieces; piece !== undefined && log.kept - keptOf(piece) >= most; [piece] = log.pieces) {
        log.pieces.shift();
        log.dropped += lengthOf(piece);
        log.length -= lengthOf(piece);
        log.kept -= keptOf(piece);
      }
    },
    range: (organizer) => {
      const { dropped, length } = logOf(organizer);
      return { first: dropped, end: dropped + length };
    },
    read: (organizer, from, to) => readRange(logOf(organizer), from, to),
    secretOf: (organizer) => `${epoch}\n${organizer}`,
    version: () => `${epoch} ${String(lastChangeNumber)}`,
    lastChangeNumber: () => lastChangeNumber,
    save: () => ({ epoch, lastChangeNumber, logs: Object.fromEntries(logs) }),
    put: (saved) => {
      ({ epoch, lastChangeNumber } = saved);
      logs = new Map(Object.entries(saved.logs));
    },
    clear: () => {
      epoch = randomUUID();
      lastChangeNumber = 0;
      logs = new Map();
    },
  };
}

/** The list that the next change goes into. */
function openPiece({ pieces }: Log): DiffRecord[] {
  const last = pieces.at(-1);
  if (last?.kind === 'changes' && last.records.length < pieceLength) return last.records;
  const records: DiffRecord[] = [];
  pieces.push({ kind: 'changes', records });
  return records;
}

function lengthOf(piece: Piece): number {
  return piece.kind === 'changes' ? piece.records.length : piece.given.count;
}

function keptOf(piece: Piece): number {
  return piece.kind === 'changes' ? piece.records.length : 0;
}

function readRange({ dropped, pieces }: Log, from: number, to: number): readonly DiffRecord[] {
  const found: DiffRecord[] = [];
  let start = dropped;
  for (const piece of pieces) {
    const length = lengthOf(piece);
    const first = Math.max(from - start, 0);
    const end = Math.min(to - start, length);
    if (piece.kind === 'changes') found.push(...piece.records.slice(first, Math.max(first, end)));
    else for (let position = first; position < end; position += 1) found.push(toGeneratedRecord(piece.given, position));
    start += length;
    if (start >= to) break;
  }
  return found;
}
