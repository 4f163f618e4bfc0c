import type { ByProcess, Usage } from './race';
import { readAllowedCores, readCoresCpu, readPeakMb, readTreeCpuSeconds, readTreeMb } from './processes';

/** Process ids of what takes part in a run; the plain loop has no Temporal. */
export interface Processes {
  readonly sender: number;
  readonly postgres: number;
  readonly temporal?: number;
  readonly sandbox: number;
}

/** What a run took, and what others took meanwhile. */
export interface Metered {
  readonly usage: Usage;
  readonly othersShare: number;
}

/** Begins to count; the function that it gives ends the count. All processes must still be there then. */
export function startMeter(processes: Processes): () => Metered {
  const before = readCpu(processes);
  const readOthersShare = startOthersMeter();
  return () => {
    const after = readCpu(processes);
    const othersShare = readOthersShare();
    const { sender, postgres, temporal, sandbox } = processes;
    return {
      othersShare,
      usage: {
        cpuSeconds: {
          sender: after.sender - before.sender,
          postgres: after.postgres - before.postgres,
          temporal: after.temporal - before.temporal,
          sandbox: after.sandbox - before.sandbox,
        },
        peakMb: {
          sender: readPeakMb(sender),
          postgres: readTreeMb(postgres),
          temporal: temporal === undefined ? 0 : readPeakMb(temporal),
          sandbox: readPeakMb(sandbox),
        },
      },
    };
  };
}

/**
 * The same for what others take alone: the part of the CPU of the cores that the bench may use, 0 to 1. Load on other cores does not compete with it.
 * Everything that the bench started counts as its own, and is bound to the same cores.
 */
export function startOthersMeter(): () => number {
  const cores = readAllowedCores();
  const before = readCoresCpu(cores);
  const own = readTreeCpuSeconds(process.pid);
  return () => {
    const after = readCoresCpu(cores);
    const busy = after.busySeconds - before.busySeconds;
    const ours = readTreeCpuSeconds(process.pid) - own;
    return Math.max(0, busy - ours) / (after.seconds - before.seconds);
  };
}

function readCpu({ sender, postgres, temporal, sandbox }: Processes): ByProcess {
  return {
    sender: readTreeCpuSeconds(sender),
    postgres: readTreeCpuSeconds(postgres),
    temporal: temporal === undefined ? 0 : readTreeCpuSeconds(temporal),
    sandbox: readTreeCpuSeconds(sandbox),
  };
}
