import { count } from '../core/count';
import { readFile } from 'node:fs/promises';
import { inTransaction } from '../db/transaction';
import { lockConfiguration } from '../db/queries/configuration/lock-configuration';
import { parseAllowedHosts } from '../core/interface-url';
import { isWithin } from '../core/schedule/parse-schedule';
import { checkReferences } from './apply/check-references';
import type { ConfigFile, FileProblem, FileWarning } from './apply/config-file';
import { diffConfiguration } from './apply/diff';
import { parseConfig, toField } from './apply/parse-config';
import { parseYaml, type Path } from './apply/parse-yaml';
import { readReferences } from './apply/references';
import { loadSavedConfiguration, type SavedConfiguration } from './apply/saved';
import { findSharedAccounts } from './apply/shared-accounts';
import { listKept, toApplyLines, type ApplyResult } from './apply/show';
import { planTemporalSchedules, writeTemporalSchedules, type TemporalPlan } from './apply/temporal-schedules';
import { findListedWithoutTicket } from './apply/unknown-listed';
import { writeConfiguration } from './apply/write';
import type { Answer } from './answer';
import type { RecordedOptions } from './command';
import { wrongUsage } from './failure';
import { explainFileError } from './file-error';
import type { Session } from './session';
import { recordOperatorAction } from '../db/queries/operations/record-operator-action';

export interface ApplyOptions extends RecordedOptions {
  readonly dryRun?: true;
  readonly prune?: true;
}

/** Makes the system what the file says; with `dryRun` only shows what would change. */
export async function applyFile(session: Session, file: string, options: ApplyOptions): Promise<Answer> {
  const bytes = await readBytes(file);
  const [client, database] = await Promise.all([session.client(), session.database()]);
  const dryRun = options.dryRun === true;
  const prune = options.prune === true;
  const applied = await inTransaction(database, async (transaction) => {
    await lockConfiguration(transaction);
    const saved = await loadSavedConfiguration(transaction);
    const { config, warnings, lineOf } = checkFile(bytes, file, { session, saved, prune });
    const changes = diffConfiguration(config, saved, { prune });
    const plan = await planTemporalSchedules(client, config, { saved, changes });
    if (!dryRun) await writeConfiguration(transaction, config, { saved, changes });
    const unknown = await findListedWithoutTicket(database, config, { file, lineOf, saved });
    return { saved, changes, plan, warnings: [...warnings, ...unknown] };
  });
  if (!dryRun) await writeTemporalSchedules(client, applied.plan);
  const result = toResult(applied, dryRun);
  if (!dryRun && result.changes.length + result.temporal.length > 0) {
    const { changes, temporal } = result;
    const reason = options.reason === undefined ? {} : { reason: options.reason };
    const details = { changes: changes.map(({ change, kind, name }) => ({ change, kind, name })), temporal };
    await recordOperatorAction(database, { who: session.who, action: 'apply', subject: file, details, ...reason });
  }
  return { document: result, lines: toApplyLines(session.screen, result) };
}

interface Applied {
  readonly saved: SavedConfiguration;
  readonly changes: ApplyResult['changes'];
  readonly plan: TemporalPlan;
  readonly warnings: readonly FileWarning[];
}

function toResult({ saved, changes, plan, warnings }: Applied, dryRun: boolean): ApplyResult {
  return { dryRun, changes, temporal: plan.changes, kept: listKept(saved, plan, changes), warnings };
}

/** The checked file, or a failure with every mistake: those of the text and those that only the database shows, by line. */
function checkFile(
  bytes: Uint8Array,
  file: string,
  { session, saved, prune }: { readonly session: Session; readonly saved: SavedConfiguration; readonly prune: boolean },
): {
  readonly config: ConfigFile;
  readonly warnings: readonly FileWarning[];
  readonly lineOf: (path: Path) => number;
} {
  const { hosts } = parseAllowedHosts(session.config.tixngo.allowedHosts.join(','));
  const existingInterfaces = saved.interfaces.filter(({ archived }) => !archived).map(({ name }) => name);
  const result = parseConfig(bytes, { file, allowedHosts: hosts, existingInterfaces });
  const own = 'problems' in result ? result.problems : [];
  const problems = [
    ...own,
    // A value that is wrong by itself need not be looked up as well, nor what stands in a field that has to go.
    ...findReferenceProblems(bytes, file, { saved, prune }).filter(
      ({ field }) => !own.some((told) => isWithin(field, told.field)),
    ),
  ].sort((left, right) => (left.line ?? 0) - (right.line ?? 0));
  if (problems.length === 0 && 'config' in result) {
    const { config, warnings, lineOf } = result;
    return { config, lineOf, warnings: [...warnings, ...findSharedAccounts(config, { file, lineOf, saved, prune })] };
  }
  throw wrongUsage(
    `${file} cannot be applied; nothing was changed. ${count(problems.length, 'problem')}:`,
    problems.map((problem) => {
      const place = problem.line === undefined ? problem.file : `${problem.file}:${String(problem.line)}`;
      return `${place}: ${problem.field}: found ${problem.found}; allowed: ${problem.allowed}`;
    }),
  );
}

function findReferenceProblems(
  bytes: Uint8Array,
  file: string,
  { saved, prune }: { readonly saved: SavedConfiguration; readonly prune: boolean },
): readonly FileProblem[] {
  const yaml = parseYaml(bytes);
  if (!('value' in yaml)) return [];
  return checkReferences({ file: readReferences(yaml.value), saved, prune }).map(({ path, found, allowed }) => ({
    file,
    line: yaml.lineOf(path),
    field: toField(path),
    found,
    allowed,
  }));
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const why = explainFileError(error);
    if (why === undefined) throw error;
    throw wrongUsage(`The file ${file} cannot be read: ${why}`);
  }
}
