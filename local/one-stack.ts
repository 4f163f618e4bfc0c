import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findClaimant, nameClaim, STACK_CLAIMS, type StackHolder } from '../config/stack-claims';

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
  const claims = join(folder, STACK_CLAIMS);
  mkdirSync(claims, { recursive: true });
  const own = nameClaim({ command, pid: process.pid });
  writeFileSync(join(claims, own), '');
  const release = (): void => {
    rmSync(join(claims, own), { force: true });
  };
  for (const claim of readdirSync(claims)) {
    if (claim === own) continue;
    const holder = findClaimant(claim);
    if (holder !== undefined) {
      release();
      return { refusal: refuse(folder, holder) };
    }
    rmSync(join(claims, claim), { force: true });
  }
  return { release };
}

function refuse(folder: string, { command, pid }: StackHolder): string {
  const id = String(pid);
  return `Another local stack uses ${folder}: npm run ${command}, process ${id}. End it first (Ctrl-C in its terminal, or kill ${id}).`;
}
