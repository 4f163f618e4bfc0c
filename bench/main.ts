import { writeFile } from 'node:fs/promises';
import { PROJECT_ROOT } from '../local/project-root';
import { describeMachine, requireRoom } from './machine';
import { measureRun } from './measured-run';
import { type BenchOptions, parseOptions, usage, WrongUsage } from './options';
import { type RaceResult, runRace } from './race';
import { races, reaches, type RaceName } from './rows';
import { openStage } from './stage';
import { toDisturbanceLine, toMachineLine, toRaceLines, toRowLines } from './table';

const turns = 3;

/** Whether every must is reached. */
async function bench(options: BenchOptions): Promise<boolean> {
  const names = [...new Set(options.rows.map(({ race }) => race))];
  const machine = describeMachine();
  requireRoom(PROJECT_ROOT, Math.max(...names.map((name) => races[name].due)));
  console.log(toMachineLine(machine));
  const results = await runRaces(names, options);
  const measured = options.rows.map((row) => ({ row, figure: row.read(resultOf(results, row.race)) }));
  const runs = [...results.values()].flatMap(({ ours, plain }) => [...ours, ...plain]);
  const disturbance = toDisturbanceLine(runs);
  console.log('');
  for (const [name, result] of results) console.log(`${toRaceLines(name, result).join('\n')}\n`);
  if (disturbance !== undefined) console.log(disturbance);
  console.log(toRowLines(measured).join('\n'));
  if (options.jsonFile !== undefined) {
    const rows = measured.map(({ row: { name, must, aim }, figure }) => ({ name, must, aim, ...figure }));
    const document = { machine, valid: disturbance === undefined, rows, races: Object.fromEntries(results) };
    await writeFile(options.jsonFile, `${JSON.stringify(document, undefined, 2)}\n`);
  }
  return measured.every(({ row, figure }) => reaches(row, figure, row.must));
}

async function runRaces(
  names: readonly RaceName[],
  { evenIfBusy }: BenchOptions,
): Promise<ReadonlyMap<RaceName, RaceResult>> {
  const tell = (line: string): void => {
    console.log(line);
  };
  const stage = await openStage(tell);
  const close = closeOnSignal(stage.close);
  try {
    const results = new Map<RaceName, RaceResult>();
    for (const name of names) {
      tell(`${name}: ${String(turns)} turns`);
      const measure = measureRun.bind(undefined, stage, races[name]);
      results.set(name, await runRace(measure, { turns, evenIfBusy, tell }));
    }
    return results;
  } finally {
    await close();
  }
}

/** A bench that is broken off leaves no server behind; what it was measuring fails with it. */
function closeOnSignal(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const closeOnce = (): Promise<void> => (closing ??= close());
  const end = (): void => {
    process.exitCode = 1;
    closeOnce().catch(fail);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  return closeOnce;
}

function resultOf(results: ReadonlyMap<RaceName, RaceResult>, race: RaceName): RaceResult {
  const result = results.get(race);
  if (result === undefined) throw new Error(`The race ${race} was not run`);
  return result;
}

async function main(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv);
  if (options.help) console.log(usage);
  else if (!(await bench(options))) process.exitCode = 1;
}

function fail(error: unknown): void {
  process.exitCode = error instanceof WrongUsage ? 2 : 1;
  const expected = error instanceof Error && ['WrongUsage', 'MachineBusy', 'MachineTooSmall'].includes(error.name);
  console.error(expected ? error.message : error);
}

main(process.argv.slice(2)).catch(fail);
