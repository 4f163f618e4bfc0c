import { createMemory } from '../../../core/time/memory';

test('a key is computed once, and again when the memory was full', () => {
  const remember = createMemory<string>(2);
  const computed: string[] = [];
  for (const key of ['a', 'a', 'b', 'a', 'b', 'c', 'a']) {
    expect(
      remember(key, () => {
        computed.push(key);
        return key.toUpperCase();
      }),
    ).toBe(key.toUpperCase());
  }
  expect(computed).toEqual(['a', 'b', 'c', 'a']);
});

test('undefined is remembered like any other value', () => {
  const remember = createMemory<string | undefined>(2);
  remember('a', () => undefined);
  expect(remember('a', () => 'again')).toBeUndefined();
});
