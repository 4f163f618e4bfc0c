import type { ByProcess, Usage } from './race';
import { readMachineCpu, readPeakMb, readTreeCpuSeconds, readTreeMb } from './processes';

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

/** The same for what others take alone: the part of the machine's CPU, 0 to 1. Everything that the bench started counts as its own. */
export function startOthersMeter(): () => number {
  const machine = readMachineCpu();
  const own = readTreeCpuSeconds(process.pid);
  return () => {
    const machineAfter = readMachineCpu();
    const busy = machineAfter.busySeconds - machine.busySeconds;
    const ours = readTreeCpuSeconds(process.pid) - own;
    return Math.max(0, busy - ours) / (machineAfter.seconds - machine.seconds);
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
