import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { freePort, isFree } from './free-port';

const portsSchema = z.object({ sandbox: z.number().int(), temporalUi: z.number().int() });
export type KeptPorts = Readonly<z.infer<typeof portsSchema>>;

export interface PortWishes {
  /** Ports that were asked for. */
  readonly wanted?: Partial<KeptPorts>;
  /** Told of each port that is not that of the last time though nobody asked for another one. */
  readonly tell: (line: string) => void;
}

/**
 * The ports that a stack was asked for, else those that it had the last time, where they are still free: interfaces that were saved name
 * the sandbox's address, and a browser the UI's. Others are taken instead. What it gets is written down for the next time.
 */
export async function keepPorts(file: string, { wanted = {}, tell }: PortWishes): Promise<KeptPorts> {
  const before = existsSync(file) ? portsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  const sandbox = wanted.sandbox ?? (await keep(before?.sandbox, wanted.temporalUi));
  const temporalUi = wanted.temporalUi ?? (await keep(before?.temporalUi, sandbox));
  const ports = { sandbox, temporalUi };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(ports));
  if (before !== undefined) for (const line of tellMoved({ before, ports, wanted })) tell(line);
  return ports;
}

async function keep(port: number | undefined, taken: number | undefined): Promise<number> {
  return port !== undefined && port !== taken && (await isFree(port)) ? port : await freePort();
}

interface Move {
  readonly before: KeptPorts;
  readonly ports: KeptPorts;
  readonly wanted: Partial<KeptPorts>;
}

/** Whoever finds the sandbox elsewhere sees only that its interfaces are refused by the allow-list. */
function tellMoved({ before, ports, wanted }: Move): readonly string[] {
  const [from, to] = [String(before.sandbox), String(ports.sandbox)];
  const lines: string[] = [];
  if (wanted.sandbox === undefined && from !== to) {
    const holder = wanted.temporalUi === before.sandbox ? 'the Temporal UI' : 'another program';
    lines.push(
      `The sandbox moves to port ${to}: ${holder} has ${from}, where it was the last time. Interfaces whose url names ${from} do not reach it: ` +
        `name ${to} in the file and apply it, or free ${from} and start again with --sandbox-port ${from}.`,
    );
  }
  if (wanted.temporalUi === undefined && before.temporalUi !== ports.temporalUi) {
    const holder = ports.sandbox === before.temporalUi ? 'the sandbox' : 'another program';
    const [uiFrom, uiTo] = [String(before.temporalUi), String(ports.temporalUi)];
    lines.push(`The Temporal UI moves to port ${uiTo}: ${holder} has ${uiFrom}, where it was the last time.`);
  }
  return lines;
}
