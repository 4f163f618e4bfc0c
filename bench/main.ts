import { writeFile } from 'node:fs/promises';
import { PROJECT_ROOT } from '../local/project-root';
import { describeMachine, toMachineLine } from './machine';
import { measureRun } from './measured-run';
import { type BenchOptions, parseOptions, usage, WrongUsage } from './options';
import { writePictures } from './pictures/write-pictures';
import { runRace, type RaceResult } from './race';
import { races, type RaceName } from './races';
import { requireRoom } from './room';
import { mustOf } from './rows';
import { openStage } from './stage';
import { passes, toDisturbanceLine, toRaceLines, toRowLines } from './table';

type Results = ReadonlyMap<RaceName, RaceResult>;

/** Whether every must is reached, by figures that count. */
async function bench(options: BenchOptions): Promise<boolean> {
  const names = [...new Set(options.rows.map(({ race }) => race))];
  const machine = describeMachine();
  requireRoom(PROJECT_ROOT, new Map(names.map((name) => [name, races[name]])));
  tell(toMachineLine(machine));
  const results = await runRaces(names, options);
  const measured = options.rows.map((row) => ({ row, figure: row.read(resultOf(results, row.race)) }));
  const disturbance = toDisturbanceLine([...results.values()].flatMap((result) => [...result.values()].flat()));
  tell('');
  for (const [name, result] of results) tell(`${toRaceLines(name, result).join('\n')}\n`);
  if (disturbance !== undefined) tell(disturbance);
  tell(toRowLines(measured, machine.cores).join('\n'));
  if (options.jsonFile !== undefined) {
    const rows = measured.map(({ row, figure }) => {
      const { name, measure, aim, better } = row;
      return { name, measure, better, must: mustOf(row, machine.cores), aim, ...figure };
    });
    const valid = disturbance === undefined;
    const document = { machine, turns: options.turns, valid, rows, races: toPlainObject(results) };
    await writeFile(options.jsonFile, `${JSON.stringify(document, undefined, 2)}\n`);
  }
  if (options.pictures) {
    const measuredOn = [toMachineLine(machine), ...(disturbance === undefined ? [] : [disturbance])].join('. ');
    for (const line of await writePictures(results, measuredOn)) tell(line);
  }
  return passes(measured, { cores: machine.cores, disturbance });
}

async function runRaces(names: readonly RaceName[], { turns, evenIfBusy }: BenchOptions): Promise<Results> {
  const stage = await openStage(tell);
  const close = closeOnSignal(stage.close);
  try {
    const results = new Map<RaceName, RaceResult>();
    for (const name of names) {
      tell(`${name}: ${String(turns)} ${turns === 1 ? 'turn' : 'turns'}`);
      results.set(name, await runRace(races[name], measureRun.bind(undefined, stage), { turns, evenIfBusy, tell }));
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

function resultOf(results: Results, race: RaceName): RaceResult {
  const result = results.get(race);
  if (result === undefined) throw new Error(`The race ${race} was not run`);
  return result;
}

function toPlainObject(results: Results) {
  return Object.fromEntries([...results].map(([name, result]) => [name, Object.fromEntries(result)]));
}

function tell(line: string): void {
  console.log(line);
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
