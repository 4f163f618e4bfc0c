/** What one contender of a race does: send so many due tickets to an API of that latency. */
export interface Entry {
  /** In tables and in the JSON. */
  readonly name: string;
  /**
   * `ours`: worker, Temporal, Postgres. `plain`: bench/plain-push.ts, nothing durable. `crash`: ours, its worker killed on the way.
   * `tick`: ours, of which the second run with nothing due is measured. `pull`: our retrieve-status. `plain-pull`: bench/plain-pull.ts.
   * `pages`: ours, what is asked of Postgres.
   */
  readonly does: 'ours' | 'plain' | 'crash' | 'tick' | 'pull' | 'plain-pull' | 'pages';
  /** Tickets that are due; of a pull: records to read. */
  readonly due: number;
  readonly latencyMs: number;
  readonly api: Api;
}

/** `accepts`: bench mode. `fails`: bench mode, 1 % of calls answer 503. `knows`: one that knows its tickets by their id, and ignores keys. */
export type Api = 'accepts' | 'fails' | 'knows';

export type Race = readonly Entry[];

/** The processes of a run; `sender` is the worker or the plain loop. Without Temporal its figures are 0. */
export type ByProcess = Readonly<Record<'sender' | 'postgres' | 'temporal' | 'sandbox', number>>;

/** What the processes of a run took. */
export interface Usage {
  /** From the start of the measure to its end. */
  readonly cpuSeconds: ByProcess;
  /** Highest resident memory since each process began; of Postgres the sum over its processes, shared memory counted once. */
  readonly peakMb: ByProcess;
}

/** What Temporal kept about a run, all its parts together when it continued as new. */
export interface HistorySize {
  readonly events: number;
  readonly bytes: number;
}

/** A run whose worker was killed; seconds count from the start of the run. */
export interface Crash {
  readonly killedAt: number;
  /** When the worker that was started at once was ready. */
  readonly readyAt: number;
  readonly doneAt: number;
  readonly lost: number;
  /** Tickets on which a second call had an effect again; at an API that does not know its tickets nobody can tell: 0. */
  readonly doubled: number;
  /** Tickets that were accepted a second time. */
  readonly sentTwice: number;
  /** Tickets accepted at the API in each 0.25 s in which there were any. */
  readonly accepted: readonly { readonly seconds: number; readonly tickets: number }[];
}

/** One measured run that was found correct. */
export interface Run {
  /** Of a pull: records. */
  readonly tickets: number;
  /** Of a crash: from the kill to the end. */
  readonly seconds: number;
  /** Part of the CPU of the cores that the bench may use that others took meanwhile, 0 to 1. */
  readonly othersShare: number;
  readonly usage?: Usage;
  /** From the start to the API's first call. */
  readonly firstCallSeconds?: number;
  readonly history?: HistorySize;
  readonly crash?: Crash;
  /** What reached Postgres during a tick, or for one page. */
  readonly statements?: readonly string[];
}

/** By the entry's name, runs by turn. */
export type RaceResult = ReadonlyMap<string, readonly Run[]>;

export interface RaceOptions {
  readonly turns: number;
  /** Take runs that other work on this machine disturbed, for trials. */
  readonly evenIfBusy: boolean;
  readonly tell: (line: string) => void;
}

/** Another load may take this part of the CPU of the bench's cores and no more (issue: no figure from a busy machine). */
export const mostOthersShare = 0.15;
const mostRepeats = 3;

/** The machine stays busy with something else: there is no figure. */
export class MachineBusy extends Error {
  override readonly name = 'MachineBusy';
}

/** The contenders take turns, and take turns at being first, so that a drift of the machine favours neither. */
export async function runRace(
  race: Race,
  measure: (entry: Entry) => Promise<Run>,
  options: RaceOptions,
): Promise<RaceResult> {
  const result = new Map<string, Run[]>(race.map(({ name }) => [name, []]));
  for (let turn = 0; turn < options.turns; turn += 1) {
    for (const entry of turn % 2 === 0 ? race : race.toReversed()) {
      result.get(entry.name)?.push(await measureUndisturbed(measure, entry, options));
    }
  }
  return result;
}

async function measureUndisturbed(
  measure: (entry: Entry) => Promise<Run>,
  entry: Entry,
  { evenIfBusy, tell }: RaceOptions,
): Promise<Run> {
  for (let repeats = 0; ; repeats += 1) {
    const run = await measure(entry);
    const share = `${(run.othersShare * 100).toFixed(0)} %`;
    tell(`  ${entry.name.padEnd(5)} ${run.seconds.toFixed(2)} s, others took ${share} of the CPU`);
    if (run.othersShare <= mostOthersShare || evenIfBusy) return run;
    if (repeats === mostRepeats) {
      throw new MachineBusy(
        `Another load took ${share} of the CPU, and did so ${String(repeats + 1)} times: no figure. End it, or take --even-if-busy for a trial`,
      );
    }
    tell('  that is too much: the run does not count and is repeated');
  }
}
