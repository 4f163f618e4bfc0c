import { z } from 'zod';
import { findWithoutEffect } from '../../core/parameters/without-effect';
import { parseSchedule } from '../../core/schedule/parse-schedule';
import { checkInterface, toConfiguredInterface, type PlacedProblem } from './check-interfaces';
import { checkInterfacesTogether } from './check-together';
import type { ConfigFile, ConfigSurroundings, FileProblem, FileWarning } from './config-file';
import { checkSchedules } from './check-schedules';
import { fileShape, interfaceShape, soundInterfaceShape } from './config-shape';
import { parseYaml, type Path, type YamlText } from './parse-yaml';
import { readItem } from './read-item';
import { listAt } from './shape-problems';

/** The checked file with what to look at and where each path of it stands, or every mistake in it, in the order of its lines. */
export type ConfigResult =
  | {
      readonly config: ConfigFile;
      readonly warnings: readonly FileWarning[];
      readonly lineOf: (path: Path) => number;
    }
  | { readonly problems: readonly FileProblem[] };

const INTERFACE_SHAPES = { shape: interfaceShape, partialShape: soundInterfaceShape };
const outline = z.strictObject({
  interfaces: z.array(z.unknown()).optional(),
  schedules: z.array(z.unknown()).optional(),
});

/** Reads a configuration file (operations.md "Configuration is one file"). Organizations and points of sales are not looked up here. */
export function parseConfig(bytes: Uint8Array, surroundings: ConfigSurroundings): ConfigResult {
  const { file } = surroundings;
  const yaml = parseYaml(bytes);
  if (!('value' in yaml)) return { problems: yaml.problems.map((problem) => ({ file, ...problem })) };
  const found = [...readOutline(yaml), ...readInterfaces(yaml, surroundings), ...checkSchedules(yaml, surroundings)];
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
  const items = listAt(yaml.value, 'interfaces').map((value, index) =>
    readItem(value, ['interfaces', index], INTERFACE_SHAPES),
  );
  return [
    ...items.flatMap(({ problems, sound, toWritten }, index) => [
      ...problems,
      ...(sound === undefined ? [] : checkInterface(sound, index, { yaml, allowedHosts, toWritten })),
    ]),
    ...checkInterfacesTogether(items.map(({ sound }) => sound)),
  ];
}

/** Builds the result; only for a file without problems, so every part passes again. */
function toConfig(yaml: YamlText, file: string): ConfigResult {
  const { interfaces = [], schedules = [] } = fileShape.parse(yaml.value);
  const warnings: FileWarning[] = interfaces.flatMap(({ parameters }, index) => {
    const path = ['interfaces', index, 'parameters'];
    return findWithoutEffect(parameters ?? '').map((written) => {
      const line = yaml.firstLineOfText(path) + written.line - 1;
      return { file, line, field: toField([...path, written.name]), message: 'it has no effect in this version' };
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

function place({ path, line, found, allowed }: PlacedProblem, yaml: YamlText, file: string): FileProblem {
  return { file, line: line ?? yaml.lineOf(path), field: toField(path), found, allowed };
}

/** A path as it is shown: `schedules[0].filters.product[1]`. */
export function toField(path: Path): string {
  if (path.length === 0) return 'file';
  return path
    .map((step, index) => (typeof step === 'number' ? `[${String(step)}]` : index === 0 ? step : `.${step}`))
    .join('');
}
