import { SingleBar } from 'cli-progress';
import type { Answer } from './answer';
import { addCommand, type CommonOptions, type Registry } from './command';
import { wrongUsage } from './failure';
import { importFile, type ImportKind, type ImportProgress, type ImportReport } from './import/import-file';
import type { Session } from './session';
import { hasCode } from './to-failure';

interface ImportOptions extends CommonOptions {
  readonly rejects?: string;
}

const kinds: readonly ImportKind[] = ['tickets', 'contacts', 'catalogue'];

export function addImport({ program, run }: Registry): void {
  addCommand(program, {
    name: 'import',
    summary:
      'import tickets, contacts or the catalogue from a CSV or NDJSON file; all or nothing, the same again changes nothing',
    examples: [
      ['import tickets season.csv', 'every bad row with its line and reason; one bad row keeps the whole file out'],
      ['import tickets season.csv --rejects bad.csv', 'the good rows; the bad ones with their reasons into a file'],
    ],
  })
    .argument('<kind>', kinds.join(', '))
    .argument('<file>', 'CSV with a header, or NDJSON; docs/data-model.md names the columns')
    .option('--rejects <file>', 'import the good rows and write the bad ones here')
    .action(async (kind: string, file: string, options: ImportOptions) => {
      await run(options, (session) => runImport(session, { kind, file, options }));
    });
}

async function runImport(
  session: Session,
  request: { readonly kind: string; readonly file: string; readonly options: ImportOptions },
): Promise<Answer> {
  const { file, options } = request;
  const kind = kinds.find((known) => known === request.kind);
  if (kind === undefined) throw wrongUsage(`${request.kind} cannot be imported. Allowed: ${kinds.join(', ')}`);
  const database = await session.database();
  const bar = openBar(session, file);
  try {
    const report = await importFile({
      database,
      kind,
      file,
      ...(options.rejects !== undefined && { rejectsFile: options.rejects }),
      onProgress: bar.show,
    });
    bar.end();
    return toAnswer(report, { kind, file, rejects: options.rejects });
  } catch (error) {
    const unreadable = ['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR'].find((code) => hasCode(error, code));
    if (unreadable === undefined) throw error;
    throw wrongUsage(
      `The file ${file} cannot be read, or ${options.rejects ?? 'its rejects'} not written (${unreadable})`,
    );
  } finally {
    bar.end();
  }
}

function toAnswer(
  report: ImportReport,
  { kind, file, rejects }: { readonly kind: string; readonly file: string; readonly rejects: string | undefined },
): Answer {
  const { rows, inserted, updated, unchanged, rejected, rejectedTotal } = report;
  const imported = rejectedTotal === 0 || rejects !== undefined;
  const reasons = rejected.map(
    ({ line, column, reason }) => `${file}:${line}: ${column === undefined ? '' : `${column}: `}${reason}`,
  );
  const counts = `${rows} row(s): ${inserted} new, ${updated} changed, ${unchanged} unchanged`;
  return {
    document: { kind, file, imported, ...report, rejectsFile: rejects ?? null },
    lines: [
      ...reasons,
      imported
        ? `${counts}${rejectedTotal > 0 ? `, ${rejectedTotal} rejected into ${rejects ?? ''}` : ''}`
        : `Nothing was imported: ${rejectedTotal} of ${rows} row(s) are bad. Mend them, or import the good ones with --rejects FILE.`,
    ],
    exitCode: imported ? 0 : 1,
  };
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
  const bar = new SingleBar({
    format: `${file} {bar} {percentage}% {rows} rows, {phase}`,
    stream: process.stderr,
    barsize: 30,
  });
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
