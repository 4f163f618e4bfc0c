import { z } from 'zod';
import { findWithoutEffect } from '../../core/parameters/without-effect';
import type { AllowedHost } from '../../core/interface-url';
import { parseSchedule } from '../../core/schedule/parse-schedule';
import { checkInterface, toConfiguredInterface, type PlacedProblem } from './check-interfaces';
import { checkInterfacesTogether, checkSchedulesTogether } from './check-together';
import type { ConfigFile, FileProblem, FileWarning } from './config-file';
import {
  fileShape,
  interfaceShape,
  scheduleShape,
  soundInterfaceShape,
  soundScheduleShape,
  type SoundSchedule,
} from './config-shape';
import { parseYaml, type Path, type YamlText } from './parse-yaml';
import { readItem } from './read-item';
import { valueAt } from './shape-problems';

/** What is known of the world around a configuration file. */
export interface ConfigSurroundings {
  /** How the file is called in messages. */
  readonly file: string;
  /** Hosts that interfaces may name (`TIXNGO_ALLOWED_HOSTS`). */
  readonly allowedHosts: readonly AllowedHost[];
  /** Names of the interfaces that exist already: schedules may belong to them. */
  readonly existingInterfaces: readonly string[];
}

/** The checked file with what to look at and where each path of it stands, or every mistake in it, in the order of its lines. */
export type ConfigResult =
  | {
      readonly config: ConfigFile;
      readonly warnings: readonly FileWarning[];
      readonly lineOf: (path: Path) => number;
    }
  | { readonly problems: readonly FileProblem[] };

const INTERFACE_SHAPES = { shape: interfaceShape, partialShape: soundInterfaceShape };
const SCHEDULE_SHAPES = { shape: scheduleShape, partialShape: soundScheduleShape };
const outline = z.strictObject({
  interfaces: z.array(z.unknown()).optional(),
  schedules: z.array(z.unknown()).optional(),
});

/** Reads a configuration file (operations.md "Configuration is one file"). Organizations and points of sales are not looked up here. */
export function parseConfig(bytes: Uint8Array, surroundings: ConfigSurroundings): ConfigResult {
  const { file } = surroundings;
  const yaml = parseYaml(bytes);
  if (!('value' in yaml)) return { problems: yaml.problems.map((problem) => ({ file, ...problem })) };
  const found = [...readOutline(yaml), ...readInterfaces(yaml, surroundings), ...readSchedules(yaml, surroundings)];
  const problems = [
    ...yaml.problems.map((problem) => ({ file, ...problem })),
    ...found.map((problem) => place(problem, yaml, file)),
  ];
  if (problems.length > 0) return { problems: problems.sort((left, right) => (left.line ?? 0) - (right.line ?? 0)) };
  return toConfig(yaml, file);
}

function readOutline(yaml: YamlText): readonly PlacedProblem[] {
  const isEmpty = yaml.value === null || yaml.value === undefined;
  if (isEmpty) return [{ path: [], found: 'nothing', allowed: 'interfaces and schedules' }];
  return readItem(yaml.value, [], { shape: outline, partialShape: outline }).problems;
}

function readInterfaces(yaml: YamlText, { allowedHosts }: ConfigSurroundings): readonly PlacedProblem[] {
  const items = listAt(yaml, 'interfaces').map((value, index) =>
    readItem(value, ['interfaces', index], INTERFACE_SHAPES),
  );
  return [
    ...items.flatMap(({ problems, sound }, index) => [
      ...problems,
      ...(sound === undefined ? [] : checkInterface(sound, index, { yaml, allowedHosts })),
    ]),
    ...checkInterfacesTogether(items.map(({ sound }) => sound)),
  ];
}

function readSchedules(yaml: YamlText, { existingInterfaces }: ConfigSurroundings): readonly PlacedProblem[] {
  const items = listAt(yaml, 'schedules').map((value, index) => readItem(value, ['schedules', index], SCHEDULE_SHAPES));
  const own = listAt(yaml, 'interfaces').map((value) => valueAt(value, ['name']));
  const known = [...new Set([...own.filter((name) => typeof name === 'string'), ...existingInterfaces])];
  return [
    ...items.flatMap(({ problems, sound }, index) => {
      const wrong = new Set(problems.map(({ path }) => path[2]));
      const more = sound === undefined ? [] : checkSchedule(sound, ['schedules', index]);
      // A field of a wrong shape was left aside: that it is missing now is no second mistake.
      return [...problems, ...more.filter(({ path }) => !wrong.has(path[2]))];
    }),
    ...checkSchedulesTogether(
      items.map(({ sound }) => sound),
      known,
    ),
  ];
}

function checkSchedule(sound: SoundSchedule, base: Path): readonly PlacedProblem[] {
  const { function: name, launch } = sound;
  // Without these two nothing else can be judged.
  if (name === undefined || launch === undefined) return [];
  const result = parseSchedule({
    ...sound,
    name: sound.name ?? 'unnamed',
    interface: sound.interface ?? '',
    function: name,
    launch,
  });
  if ('schedule' in result) return [];
  return result.problems.map(({ field, found, allowed }) => ({ path: [...base, ...toPath(field)], found, allowed }));
}

/** Builds the result; only for a file without problems, so every part passes again. */
function toConfig(yaml: YamlText, file: string): ConfigResult {
  const { interfaces = [], schedules = [] } = fileShape.parse(yaml.value);
  const warnings: FileWarning[] = interfaces.flatMap(({ parameters }, index) => {
    const path = ['interfaces', index, 'parameters'];
    return findWithoutEffect(parameters ?? '').map((name) => {
      return { file, line: yaml.lineOf(path), field: toField(path), message: `${name} has no effect in this version` };
    });
  });
  const checked = schedules.map((written, index) => {
    const result = parseSchedule(written);
    if ('problems' in result) throw new Error(`Schedule ${written.name} passed its checks with problems`);
    for (const { field, message } of result.warnings) {
      const path = ['schedules', index, field];
      warnings.push({ file, line: yaml.lineOf(path), field: toField(path), message });
    }
    return result.schedule;
  });
  return {
    config: { interfaces: interfaces.map(toConfiguredInterface), schedules: checked },
    warnings,
    lineOf: yaml.lineOf,
  };
}

function listAt(yaml: YamlText, name: string): readonly unknown[] {
  const list: unknown = valueAt(yaml.value, [name]);
  return Array.isArray(list) ? list : [];
}

function place({ path, line, found, allowed }: PlacedProblem, yaml: YamlText, file: string): FileProblem {
  return { file, line: line ?? yaml.lineOf(path), field: toField(path), found, allowed };
}

/** `filters.product[0]` as steps. */
function toPath(field: string): Path {
  return field.split(/[.[\]]+/).flatMap((step) => (step === '' ? [] : [/^\d+$/.test(step) ? Number(step) : step]));
}

function toField(path: Path): string {
  if (path.length === 0) return 'file';
  return path
    .map((step, index) => (typeof step === 'number' ? `[${String(step)}]` : index === 0 ? step : `.${step}`))
    .join('');
}
