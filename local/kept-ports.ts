import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { freePort, isFree } from './free-port';

const portsSchema = z.object({ sandbox: z.number().int(), temporalUi: z.number().int() });
export type KeptPorts = Readonly<z.infer<typeof portsSchema>>;

/**
 * The ports that a stack had the last time, where they are still free: interfaces that were saved name the sandbox's address, and a
 * browser the UI's. Others are taken and written down instead.
 */
export async function keepPorts(file: string): Promise<KeptPorts> {
  const before = existsSync(file) ? portsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  const ports = { sandbox: await keep(before?.sandbox), temporalUi: await keep(before?.temporalUi) };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}

async function keep(port: number | undefined): Promise<number> {
  return port !== undefined && (await isFree(port)) ? port : await freePort();
}
