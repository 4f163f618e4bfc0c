import { availableParallelism, cpus, release, totalmem } from 'node:os';

/** What figures were measured on. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
}

/** Describes this machine. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    // Fewer than the machine has when the process was bound to some of them.
    cores: availableParallelism(),
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `Linux ${release()}`,
    node: process.version,
  };
}

export function toMachineLine({ cores, processor, memoryGb, system, node }: Machine): string {
  return `${String(cores)} cores (${processor}), ${String(memoryGb)} GB, ${system}, Node ${node}; Postgres with fsync on`;
}
