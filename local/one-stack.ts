import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The commands that start a stack: each publishes where it is, and keeps logs in the folder. */
export type StackCommand = 'up' | 'demo';

/** The folder is this process's until `release`, or it says which other process has it. */
export type Claim = { readonly release: () => void } | { readonly refusal: string };

/**
 * Claims a folder for the one stack that its commands speak to. A claim is a file named after its process, so there is none to take over from a
 * process that was killed: it counts only while that lives. When that started is in the name, too, for its id is given on: in a container that
 * starts again, perhaps to a thread of the next `up`. Each claims first and looks then: of two that start at the same moment both may be refused,
 * never neither.
 */
export function claimFolder(folder: string, command: StackCommand): Claim {
  const claims = join(folder, '.local', 'stacks');
  mkdirSync(claims, { recursive: true });
  const own = `${command}-${String(process.pid)}-${String(findStart(process.pid))}`;
  writeFileSync(join(claims, own), '');
  const release = (): void => {
    rmSync(join(claims, own), { force: true });
  };
  for (const claim of readdirSync(claims)) {
    if (claim === own) continue;
    const [holder = '', pid = '', start = ''] = claim.split('-');
    if (findStart(Number(pid)) === start) {
      release();
      return { refusal: refuse(folder, holder, pid) };
    }
    rmSync(join(claims, claim), { force: true });
  }
  return { release };
}

function refuse(folder: string, holder: string, pid: string): string {
  return `Another local stack uses ${folder}: npm run ${holder}, process ${pid}. End it first (Ctrl-C in its terminal, or kill ${pid}).`;
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
