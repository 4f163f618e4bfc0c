import { checkSchedule } from '../../core/schedule/parse-schedule';
import type { ConfigSurroundings } from './config-file';
import { checkSchedulesTogether } from './check-together';
import { scheduleShape, soundScheduleShape } from './config-shape';
import type { Path, YamlText } from './parse-yaml';
import { readItem, type Item } from './read-item';
import { listAt, valueAt, type PathProblem } from './shape-problems';
import type { SoundSchedule } from './config-shape';

/** What is wrong with the schedules of the file: shapes and values of each, whatever else of it is wrong, and rules over several. */
export function checkSchedules(
  yaml: YamlText,
  { existingInterfaces }: Pick<ConfigSurroundings, 'existingInterfaces'>,
): readonly PathProblem[] {
  const items = listAt(yaml.value, 'schedules').map((value, index) => ({
    value,
    base: ['schedules', index],
    item: readItem(value, ['schedules', index], { shape: scheduleShape, partialShape: soundScheduleShape }),
  }));
  const own = listAt(yaml.value, 'interfaces').map((value) => valueAt(value, ['name']));
  const known = [...new Set([...own.filter((name) => typeof name === 'string'), ...existingInterfaces])];
  return [
    ...items.flatMap(({ value, base, item }) => checkItem(value, base, item)),
    ...checkSchedulesTogether(
      items.map(({ item }) => item.sound),
      known,
    ),
  ];
}

function checkItem(
  value: unknown,
  base: Path,
  { problems, sound, toWritten }: Item<SoundSchedule>,
): readonly PathProblem[] {
  if (sound === undefined || typeof value !== 'object' || value === null) return problems;
  const values = checkSchedule(sound, value).map(({ field, found, allowed }) => ({
    path: [...base, ...toWritten(toPath(field))],
    found,
    allowed,
  }));
  // A part of a wrong shape was left aside: that something is missing there now is no second mistake.
  return [...problems, ...values.filter((told) => !problems.some(({ path }) => startsWith(path, told.path)))];
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, index) => path[index] === step);
}

/** `filters.product[0]` as steps. */
function toPath(field: string): Path {
  return field.split(/[.[\]]+/).flatMap((step) => (step === '' ? [] : [/^\d+$/.test(step) ? Number(step) : step]));
}
