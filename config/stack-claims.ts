import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the processes whose local stack a folder is for have a file each, below that folder. */
export const STACK_CLAIMS = join('.local', 'stacks');

/** A process that lives and has claimed a folder for its local stack. */
export interface StackHolder {
  /** What it was started by: `up` or `demo`. */
  readonly command: string;
  readonly pid: number;
}

/** The name of a claim: when its process started is in it, too, for the id is given on. */
export function nameClaim({ command, pid }: StackHolder): string {
  return `${command}-${String(pid)}-${String(findStart(pid))}`;
}

/** Whose claim has that name; undefined when its process has ended, whoever has its id now. */
export function findClaimant(claim: string): StackHolder | undefined {
  const [command = '', pid = '', start = ''] = claim.split('-');
  return findStart(Number(pid)) === start ? { command, pid: Number(pid) } : undefined;
}

/** Who has claimed a folder, its stack reached by commands or not. */
export function findStackHolder(folder = process.cwd()): StackHolder | undefined {
  return listClaims(folder)
    .map(findClaimant)
    .find((holder) => holder !== undefined);
}

function listClaims(folder: string): readonly string[] {
  try {
    return readdirSync(join(folder, STACK_CLAIMS));
  } catch {
    // No stack was ever started there, or it is another user's.
    return [];
  }
}

/** When a living process started, in the kernel's ticks since the machine did. */
function findStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // Its name, the second field, may hold anything; the third is the state, the twenty-second the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended: whoever started it has not asked how, and in a container perhaps never does.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    // Ended.
    return undefined;
  }
}
