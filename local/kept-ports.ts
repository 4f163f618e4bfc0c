import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { freePort, isFree } from './free-port';

const portsSchema = z.object({ sandbox: z.number().int(), temporalUi: z.number().int() });
export type KeptPorts = Readonly<z.infer<typeof portsSchema>>;

/**
 * The ports that a stack was asked for, else those that it had the last time, where they are still free: interfaces that were saved name
 * the sandbox's address, and a browser the UI's. Others are taken instead. What it gets is written down for the next time.
 */
export async function keepPorts(file: string, wanted: Partial<KeptPorts> = {}): Promise<KeptPorts> {
  const before = existsSync(file) ? portsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  const sandbox = wanted.sandbox ?? (await keep(before?.sandbox, wanted.temporalUi));
  const temporalUi = wanted.temporalUi ?? (await keep(before?.temporalUi, sandbox));
  const ports = { sandbox, temporalUi };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}

async function keep(port: number | undefined, taken: number | undefined): Promise<number> {
  return port !== undefined && port !== taken && (await isFree(port)) ? port : await freePort();
}
