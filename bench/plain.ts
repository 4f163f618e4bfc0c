import { join } from 'node:path';
import { startProgram } from '../local/program';
import { compiledProgram, PROJECT_ROOT } from '../local/project-root';
import { pullSchedule, schedule } from './account';
import type { Arena, Timed } from './arena';
import { startMeter, type Metered } from './meter';
import { plainMessage } from './plain-messages';

export function pushPlain(arena: Arena): Promise<Timed> {
  return runPlain(arena, ['bench/plain-push', `${schedule.interface}/${schedule.schedule}`]);
}

export function pullPlain(arena: Arena): Promise<Timed> {
  return runPlain(arena, ['bench/plain-pull', pullSchedule.interface]);
}

/** A plain loop in a process of its own; it takes its time itself, from ready to the last mark. */
async function runPlain(
  { stage, database, sandbox }: Arena,
  [program, subject]: readonly [string, string],
): Promise<Timed> {
  const hear = openEar();
  const started = await startProgram({
    name: 'the plain loop',
    command: process.execPath,
    args: [compiledProgram(program), subject],
    cwd: PROJECT_ROOT,
    environment: database.environment,
    logFile: join(stage.logFolder, 'plain.log'),
    onLine: (line) => {
      hear.onLine(line, () => startMeter({ sender: started.pid, postgres: stage.postgresPid, sandbox: sandbox.pid }));
    },
  });
  try {
    const timed = await Promise.race([hear.timed, started.ended]);
    if (!('seconds' in timed)) throw new Error(`The plain loop ended before it was done. ${started.logTail()}`);
    return timed;
  } finally {
    await started.stop();
  }
}

/** Starts the meter when the loop says that it is ready, and stops it with its last word. */
function openEar() {
  let resolve: (timed: Timed) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const timed = new Promise<Timed>((...settle) => {
    [resolve, reject] = settle;
  });
  let startedAt = 0;
  let stopMeter: (() => Metered) | undefined;
  const onLine = (line: string, start: () => () => Metered): void => {
    try {
      const message = plainMessage.parse(JSON.parse(line));
      if (message.kind === 'ready') {
        stopMeter = start();
        startedAt = Date.now();
      } else if (stopMeter === undefined) throw new Error('The plain loop was done before it was ready');
      else resolve({ startedAt, seconds: message.seconds, ...stopMeter() });
    } catch (error) {
      reject(error);
    }
  };
  return { timed, onLine };
}
