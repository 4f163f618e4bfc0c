import type { Api, Entry, Race } from './race';

/** The races that rows and pictures read their figures from; a race is run once however many read it. */
export const races = {
  'push-1k': oursAndPlain(1_000, 20),
  'push-10k': oursAndPlain(10_000, 20),
  'push-20k': oursAndPlain(20_000, 20),
  'push-20k-0ms': oursAndPlain(20_000, 0),
  'push-20k-503': oursAndPlain(20_000, 20, 'fails'),
  'push-100k': oursAndPlain(100_000, 20),
  'push-100k-0ms': oursAndPlain(100_000, 0),
  // Our own 100,000 takes part: a rate is compared with one of the same minutes.
  'push-1m': [...oursAndPlain(1_000_000, 20), toEntry('ours at 100k', { does: 'ours', due: 100_000, latencyMs: 20 })],
  'crash-20k': [toEntry('crash', { does: 'crash', due: 20_000, latencyMs: 20 })],
  'crash-20k-knowing': [toEntry('crash', { does: 'crash', due: 20_000, latencyMs: 20, api: 'knows' })],
  'pull-100k': pulls(100_000, 20),
  'pull-100k-0ms': pulls(100_000, 0),
  'pull-1m': [toPull('pull', 1_000_000, 20), { ...toPull('pull', 100_000, 20), name: 'ours at 100k' }],
  'pull-pages': [toPull('pages', 10_000, 20)],
  'idle-tick': [toEntry('tick', { does: 'tick', due: 0, latencyMs: 20 })],
} as const satisfies Readonly<Record<string, Race>>;

export type RaceName = keyof typeof races;

function oursAndPlain(due: number, latencyMs: number, api: Api = 'accepts'): readonly Entry[] {
  return (['plain', 'ours'] as const).map((does) => toEntry(does, { does, due, latencyMs, api }));
}

function pulls(records: number, latencyMs: number): Race {
  return [toPull('plain-pull', records, latencyMs), toPull('pull', records, latencyMs)];
}

function toPull(does: 'pull' | 'plain-pull' | 'pages', due: number, latencyMs: number): Entry {
  return toEntry(does === 'plain-pull' ? 'plain' : 'ours', { does, due, latencyMs });
}

function toEntry(name: string, entry: Omit<Entry, 'name' | 'api'> & { readonly api?: Api }): Entry {
  return { api: 'accepts', ...entry, name };
}
