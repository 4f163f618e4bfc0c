import { RunNotOpen } from '../client/errors';
import { setInterfacePaused, setOrganizerPaused, type PausedRow } from '../db/queries/operations/set-paused';
import type { ExecutionRow } from '../db/queries/operations/find-execution';
import { listOperatorActions } from '../db/queries/operations/list-operator-actions';
import { listInterfaces } from '../db/queries/operations/list-interfaces';
import { recordOperatorAction } from '../db/queries/operations/record-operator-action';
import type { Answer } from './answer';
import type { RecordedOptions } from './command';
import { CommandFailure, notFound, wrongUsage } from './failure';
import { findRun, findSchedule, noOrganizer, parseRun, toFullName, toNear } from './find';
import { toSubject } from './functions';
import type { Session } from './session';

export interface PauseOptions extends RecordedOptions {
  readonly interface?: string;
  readonly organizer?: string;
}

type Verb = 'pause' | 'resume';
const done = { pause: 'paused', resume: 'resumed', stop: 'stopping' } as const;

/** Pauses or resumes what the words name: a run, a schedule, an interface or a TIXNGO account. */
export async function setPaused(
  session: Session,
  verb: Verb,
  { target, options }: { readonly target: string | undefined; readonly options: PauseOptions },
): Promise<Answer> {
  const targets = [target, options.interface, options.organizer].filter((name) => name !== undefined);
  if (targets.length !== 1)
    throw wrongUsage(`Say what to ${verb}: a run, a schedule, --interface or --organizer, one of them`);
  if (options.interface !== undefined) return await setInterface(session, verb, { name: options.interface, options });
  if (options.organizer !== undefined) return await setOrganizer(session, verb, { name: options.organizer, options });
  const [name = ''] = targets;
  if (parseRun(name) !== undefined) return await signalRun(session, verb, { target: name, options });
  return await setSchedule(session, verb, { name, options });
}

/** Tells an open run to pause, to go on or to stop. */
export async function signalRun(
  session: Session,
  signal: Verb | 'stop',
  { target, options }: { readonly target: string; readonly options: RecordedOptions },
): Promise<Answer> {
  const execution = await findRun(session, target);
  const changed = await wouldChange(session, signal, execution);
  const client = await session.client();
  try {
    await client.signal(execution, signal);
  } catch (error) {
    if (!(error instanceof RunNotOpen)) throw error;
    const state = execution.outcome === null ? 'lost (tixngo status closes it)' : `closed with ${execution.outcome}`;
    throw new CommandFailure(1, `Run ${target} is not open: it is ${state}`, { cause: error });
  }
  const what = `run ${String(execution.run)}`;
  if (changed) await record(session, signal, { subject: what, options });
  return toAnswer({ what, state: done[signal], changed });
}

/** Whether a signal is news to a run. It is sent in any case: the row follows what a worker has heard, which may be moments old. */
async function wouldChange(session: Session, signal: Verb | 'stop', execution: ExecutionRow): Promise<boolean> {
  if (signal === 'pause') return !execution.paused;
  if (signal === 'stop') return execution.ending === null;
  const [last] = (await listOperatorActions(await session.database(), [`run ${String(execution.run)}`])).slice(-1);
  return execution.paused || last?.action === 'pause';
}

/** A schedule that is paused starts nothing; its open runs go on. */
async function setSchedule(
  session: Session,
  verb: Verb,
  { name, options }: { readonly name: string; readonly options: RecordedOptions },
): Promise<Answer> {
  const schedule = await findSchedule(session, name);
  const fullName = toFullName(schedule);
  if (schedule.launch === 'MANUAL') {
    throw new CommandFailure(
      1,
      `${fullName} is started by hand only: there is no start to ${verb}. A run is named by its number; everything of its interface: tixngo ${verb} --interface ${schedule.interface}`,
    );
  }
  const client = await session.client();
  const subject = toSubject(schedule);
  const before = await client.describeSchedule(subject);
  if (before === undefined) {
    throw notFound(`Temporal has no schedule of ${fullName}: apply the configuration file again`);
  }
  const paused = verb === 'pause';
  const note = `${done[verb]} by ${session.who}${options.reason === undefined ? '' : `: ${options.reason}`}`;
  const [what, changed] = [`schedule ${fullName}`, before.paused !== paused];
  if (changed) {
    await client.setSchedulePaused(subject, { paused, note });
    await record(session, verb, { subject: what, options });
  }
  return toAnswer({ what, state: done[verb], changed });
}

async function setInterface(
  session: Session,
  verb: Verb,
  { name, options }: { readonly name: string; readonly options: RecordedOptions },
): Promise<Answer> {
  const database = await session.database();
  const row = await setInterfacePaused(database, { name, paused: verb === 'pause' });
  if (row === undefined) {
    const names = (await listInterfaces(database)).map((entry) => entry.name);
    throw notFound(`There is no interface ${name}`, toNear(name, names));
  }
  return await finish(session, verb, { row, kind: 'interface', options });
}

async function setOrganizer(
  session: Session,
  verb: Verb,
  { name, options }: { readonly name: string; readonly options: RecordedOptions },
): Promise<Answer> {
  const database = await session.database();
  const row = await setOrganizerPaused(database, { name, paused: verb === 'pause' });
  if (row === undefined) {
    const names = [...new Set((await listInterfaces(database)).map((entry) => entry.organizer))];
    throw noOrganizer(name, names);
  }
  return await finish(session, verb, { row, kind: 'organizer', options });
}

async function finish(
  session: Session,
  verb: Verb,
  { row, kind, options }: { readonly row: PausedRow; readonly kind: string; readonly options: RecordedOptions },
): Promise<Answer> {
  const what = `${kind} ${row.name}`;
  if (row.changed) await record(session, verb, { subject: what, options });
  return toAnswer({ what, state: done[verb], changed: row.changed });
}

async function record(
  session: Session,
  action: string,
  { subject, options }: { readonly subject: string; readonly options: RecordedOptions },
): Promise<void> {
  const reason = options.reason === undefined ? {} : { reason: options.reason };
  await recordOperatorAction(await session.database(), { who: session.who, action, subject, ...reason });
}

function toAnswer(document: { readonly what: string; readonly state: string; readonly changed: boolean }): Answer {
  const { what, state, changed } = document;
  return { document, lines: [changed ? `${what}: ${state}` : `${what}: ${state} already, nothing changed`] };
}
