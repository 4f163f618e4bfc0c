/** The known name that a mistyped one most likely means: at most a third of its letters differ, regardless of case; undefined when none is near. */
export function findNearest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase().slice(0, LONGEST_NAME);
  let nearest: string | undefined;
  let nearestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const distance = countEdits(wanted, candidate.toLowerCase());
    if (distance < nearestDistance) {
      nearest = candidate;
      nearestDistance = distance;
    }
  }
  return nearest;
}

/** Whether a name may be a mistyped other one: at most a third of its letters differ, regardless of case. */
export function isNear(name: string, known: string): boolean {
  return findNearest(name, [known]) !== undefined;
}

/** What is allowed instead of an unknown name: `what` it must be, and the nearest one when there is one, else all (a long list is cut). */
export function suggest(name: string, known: readonly string[], what: string): string {
  const nearest = findNearest(name, known);
  if (nearest !== undefined) return `${what}; did you mean ${nearest}?`;
  const more = known.length > MOST_SHOWN ? `, and ${String(known.length - MOST_SHOWN)} more` : '';
  return `${what} (${known.slice(0, MOST_SHOWN).join(', ')}${more})`;
}

const MOST_SHOWN = 25;

// Longer texts are no names; the cost grows with the square.
const LONGEST_NAME = 100;

/** Letters to put in, take out or replace until both are the same (Levenshtein). */
function countEdits(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      current.push(
        Math.min(at(previous, column) + 1, at(current, column - 1) + 1, at(previous, column - 1) + (same ? 0 : 1)),
      );
    }
    previous = current;
  }
  return at(previous, right.length);
}

function at(numbers: readonly number[], index: number): number {
  return numbers[index] ?? Infinity;
}
