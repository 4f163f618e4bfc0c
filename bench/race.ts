/** What the contenders do: send so many due tickets to an API of that latency. */
export interface Race {
  readonly due: number;
  readonly latencyMs: number;
}

/** `ours`: worker, Temporal, Postgres. `plain`: bench/plain-push.ts, nothing durable. */
export const contenders = ['plain', 'ours'] as const;
export type ContenderName = (typeof contenders)[number];

/** The processes of a run; `sender` is the worker or the plain loop. Without Temporal its figures are 0. */
export type ByProcess = Readonly<Record<'sender' | 'postgres' | 'temporal' | 'sandbox', number>>;

/** One measured run that was found correct. */
export interface Run {
  readonly tickets: number;
  readonly seconds: number;
  /** From the start of the measure to its end. */
  readonly cpuSeconds: ByProcess;
  /** Highest resident memory since each process began; of Postgres the sum over its processes, shared memory counted once. */
  readonly peakMb: ByProcess;
  /** Part of the machine's CPU that others took meanwhile, 0 to 1. */
  readonly othersShare: number;
}

/** Runs by turn. */
export type RaceResult = Readonly<Record<ContenderName, readonly Run[]>>;

export interface RaceOptions {
  readonly turns: number;
  /** Take runs that other work on this machine disturbed, for trials. */
  readonly evenIfBusy: boolean;
  readonly tell: (line: string) => void;
}

/** Another load may take this part of the machine's CPU and no more (issue: no figure from a busy machine). */
export const mostOthersShare = 0.15;
const mostRepeats = 3;

/** The machine stays busy with something else: there is no figure. */
export class MachineBusy extends Error {
  override readonly name = 'MachineBusy';
}

/** The contenders take turns, and take turns at being first, so that a drift of the machine favours neither. */
export async function runRace(
  measure: (contender: ContenderName) => Promise<Run>,
  options: RaceOptions,
): Promise<RaceResult> {
  const result: Record<ContenderName, Run[]> = { plain: [], ours: [] };
  for (let turn = 0; turn < options.turns; turn += 1) {
    const order = turn % 2 === 0 ? contenders : contenders.toReversed();
    for (const contender of order) result[contender].push(await measureUndisturbed(measure, contender, options));
  }
  return result;
}

async function measureUndisturbed(
  measure: (contender: ContenderName) => Promise<Run>,
  contender: ContenderName,
  { evenIfBusy, tell }: RaceOptions,
): Promise<Run> {
  for (let repeats = 0; ; repeats += 1) {
    const run = await measure(contender);
    const share = `${(run.othersShare * 100).toFixed(0)} %`;
    tell(`  ${contender.padEnd(5)} ${run.seconds.toFixed(2)} s, others took ${share} of the CPU`);
    if (run.othersShare <= mostOthersShare || evenIfBusy) return run;
    if (repeats === mostRepeats) {
      throw new MachineBusy(
        `Another load took ${share} of the CPU, and did so ${String(repeats + 1)} times: no figure. End it, or take --even-if-busy for a trial`,
      );
    }
    tell('  that is too much: the run does not count and is repeated');
  }
}
