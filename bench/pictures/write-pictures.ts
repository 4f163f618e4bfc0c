import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../local/project-root';
import type { RaceResult } from '../race';
import type { RaceName } from '../races';
import { drawCost, toSizeCost } from './cost-picture';
import { drawCrash } from './crash-picture';

const folder = join('docs', 'pictures');
const sizes = ['push-1k', 'push-10k', 'push-100k', 'push-1m'] as const satisfies readonly RaceName[];

/** Writes the pictures that the results suffice for, and says for each what became of it. */
export async function writePictures(
  results: ReadonlyMap<RaceName, RaceResult>,
  measuredOn: string,
): Promise<readonly string[]> {
  const costs = sizes.flatMap((name) => toSizeCost(results.get(name) ?? new Map()) ?? []);
  const crash = findMiddleCrash(results.get('crash-20k'));
  return [
    await write('push-crash.svg', crash && drawCrash(crash, measuredOn), 'crash-20k'),
    await write('push-cost.svg', costs.length < 2 ? undefined : drawCost(costs, measuredOn), sizes.join(', ')),
  ];
}

/** The run whose time is the median, or the slower one of two in the middle. */
function findMiddleCrash(result: RaceResult | undefined) {
  const runs = [...(result?.get('crash') ?? [])].sort((a, b) => a.seconds - b.seconds);
  return runs[Math.floor(runs.length / 2)]?.crash;
}

async function write(file: string, picture: string | undefined, rows: string): Promise<string> {
  const path = join(folder, file);
  if (picture === undefined) return `${path} is left as it is: it is drawn from ${rows}`;
  await writeFile(join(PROJECT_ROOT, path), picture);
  return `${path} is drawn`;
}
