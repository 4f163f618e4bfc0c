import { count } from '../core/count';
import { existsSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { Answer } from './answer';
import type { CommonOptions } from './command';
import { wrongUsage, type CommandFailure } from './failure';
import { explainFileError } from './file-error';
import { MOST_REASONS } from '../db/import/import-rows';
import { importFile, type ImportCommit, type ImportProgress, type ImportReport } from './import/import-file';
import { type ImportKind, importKinds } from '../core/import/kinds';
import { tellAtInterrupt } from './interrupt';
import { createBar } from './output/bar';
import type { Session } from './session';

export interface ImportOptions extends CommonOptions {
  readonly rejects?: string;
}

/** Imports one file, or says of each bad row why. */
export async function runImport(
  session: Session,
  request: { readonly kind: string; readonly file: string; readonly options: ImportOptions },
): Promise<Answer> {
  const { file, options } = request;
  const kind = importKinds.find((known) => known === request.kind);
  if (kind === undefined) throw wrongUsage(`${request.kind} cannot be imported. Allowed: ${importKinds.join(', ')}`);
  const files = { file, rejects: options.rejects };
  let commit: ImportCommit | undefined;
  const listenNoMore = tellAtInterrupt(() => tellInterrupted(files, commit));
  const database = await session.database();
  const bar = openBar(session, file);
  try {
    await checkFiles(files);
    const report = await importFile({
      database,
      kind,
      file,
      ...(options.rejects !== undefined && { rejectsFile: options.rejects }),
      onProgress: bar.show,
      onCommit: (reached) => (commit = reached),
    });
    bar.end();
    return toAnswer(report, { kind, ...files });
  } catch (error) {
    throw toFileFailure(error, files) ?? error;
  } finally {
    bar.end();
    listenNoMore();
  }
}

/** One transaction, so that nothing of it is in before its commit was asked for. */
function tellInterrupted({ file, rejects }: Files, commit: ImportCommit | undefined): string {
  if (commit === undefined) return 'nothing was imported';
  // With its rejected rows: whoever reads that the file is in would take it for all of it.
  const counts = toCounts(commit.report, rejects);
  if (commit.state === 'done') return `${file} is imported all the same (${counts})`;
  return `the database was committing ${file} (${counts}), and whether it is in is not known. Import it again: if it is, no row is new or changed`;
}

/** An error that is about one of the two files; undefined for any other. */
function toFileFailure(error: unknown, { file, rejects }: Files): CommandFailure | undefined {
  const why = explainFileError(error);
  if (why === undefined) return undefined;
  // What fails on an open file has no path: then it may be either.
  const path = error instanceof Error && 'path' in error ? String(error.path) : undefined;
  const written = `${rejects ?? ''} cannot be written`;
  const what =
    path === undefined && rejects !== undefined
      ? `${file} cannot be read, or ${written}`
      : path === rejects
        ? written
        : `${path ?? file} cannot be read`;
  return wrongUsage(`The file ${what}: ${why}. Nothing was imported.`);
}

interface Files {
  readonly file: string;
  readonly rejects: string | undefined;
}

/** Before anything is read: a file is read more than once, and must not be written over by its own bad rows. */
async function checkFiles({ file, rejects }: Files): Promise<void> {
  const found = await stat(file);
  if (found.isDirectory()) throw wrongUsage(`The file ${file} cannot be read: it is a folder`);
  if (!found.isFile()) throw wrongUsage(`${file} is no plain file: save it as one, it is read more than once`);
  if (rejects === undefined || !existsSync(rejects) || (await realpath(file)) !== (await realpath(rejects))) return;
  throw wrongUsage(`--rejects ${rejects} is the file to import itself: name another one for the bad rows`);
}

interface Imported extends Files {
  readonly kind: ImportKind;
}

function toAnswer(report: ImportReport, { kind, file, rejects }: Imported): Answer {
  const { imported, rejected } = report;
  // A reason names its column itself.
  const reasons = rejected.map(({ line, reason }) => `${file}:${line}: ${reason}`);
  const rejectsFile = report.rejectedTotal > 0 && report.rows > 0 ? rejects : undefined;
  return {
    document: { kind, file, ...report, rejectsFile: rejectsFile ?? null },
    lines: [
      ...reasons,
      ...(rejected.length < MOST_REASONS ? [] : [`Only the first ${MOST_REASONS} reasons are shown.`]),
      toSummary(report, { kind, file, rejects }),
    ],
    // operations.md: the command ran and ended in ERROR. 2 is for a file that cannot be opened.
    exitCode: imported ? 0 : 1,
  };
}

function toSummary(report: ImportReport, { kind, file, rejects }: Imported): string {
  const { imported, rows, rejectedTotal } = report;
  if (rows === 0)
    return `Nothing was imported. Mend ${file} first: docs/data-model.md says what a file of this kind (${kind}) looks like.`;
  const bad = rejectedTotal === rows ? `all rows (${rows})` : `${rejectedTotal} of ${rows} rows`;
  if (rejects === undefined && !imported) {
    const others = rejectedTotal === rows ? '' : ', or import the others with --rejects FILE';
    return `Nothing was imported: ${bad} are bad. Mend them${others}.`;
  }
  if (!imported) return `Nothing was imported: ${bad} are bad and now in ${rejects ?? ''}, with their reasons.`;
  return toCounts(report, rejects);
}

/** Of a file that is imported. */
function toCounts(report: ImportReport, rejects: Files['rejects']): string {
  const { rows, inserted, updated, unchanged, rejectedTotal } = report;
  const counts = `${count(rows, 'row')}: ${inserted} new, ${updated} changed, ${unchanged} unchanged`;
  return rejectedTotal === 0 ? counts : `${counts}, ${rejectedTotal} rejected into ${rejects ?? ''}`;
}

interface Bar {
  readonly show: (progress: ImportProgress) => void;
  readonly end: () => void;
}

function openBar({ screen }: Session, file: string): Bar {
  if (!process.stderr.isTTY || screen.json) {
    let phase = '';
    return {
      show: (progress) => {
        if (progress.phase !== phase) screen.talk(`${file}: ${progress.phase}`);
        phase = progress.phase;
      },
      end: () => undefined,
    };
  }
  const bar = createBar(`${file} {percentage}% {rows} rows, {phase} {bar}`);
  let state: 'new' | 'shown' | 'ended' = 'new';
  return {
    show: ({ phase, rows, bytes, totalBytes }) => {
      if (state === 'new') bar.start(totalBytes, 0, { rows, phase });
      state = 'shown';
      bar.update(bytes, { rows, phase });
    },
    end: () => {
      if (state === 'shown') bar.stop();
      state = 'ended';
    },
  };
}
