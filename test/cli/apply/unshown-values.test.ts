import { changed, problemsOf } from './config-fixture';

describe('a secret in the file is refused and never shown', () => {
  test.each([
    'apiKey: CANARY-1',
    'apiKey: 12345678901',
    'apiKey: { env: "CANARY 1" }',
    'apiKey: { env: CANARY-1 }',
    'apiKey: { key: CANARY }',
    'apiKey: { CANARY: }',
    'apiKey: { env: NAME, file: /CANARY }',
    'apiKey: [CANARY]',
    'apiKey: { file: "" }',
  ])('%s', (line) => {
    const problems = problemsOf(changed('apiKey: { env: FCX_TIXNGO_KEY }', line));
    expect(problems).toEqual([expect.stringMatching(/^7 interfaces\[0\]\.apiKey: a value that is no reference/)]);
    expect(JSON.stringify(problems)).not.toMatch(/CANARY|12345678901/);
  });

  test('a password in the URL', () => {
    const problems = problemsOf(changed('https://tixngo', 'https://user:CANARY@tixngo'));
    expect(problems).toEqual([expect.stringMatching(/^6 interfaces\[0\]\.url: /)]);
    expect(JSON.stringify(problems)).not.toContain('CANARY');
  });

  test('a broken line', () => {
    const problems = problemsOf(changed('apiKey: { env: FCX_TIXNGO_KEY }', 'apiKey: "CANARY'));
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain('CANARY');
  });

  test('addresses of people stay unshown too', () => {
    const problems = problemsOf(
      changed('login: admin@fcx.example', 'login: jane.doe').replace('[ops@example.com]', '[john.doe, "a@b.c, d@e.f"]'),
    );
    expect(problems).toEqual([
      '8 interfaces[0].login: a text that is no e-mail address (it is not shown) -> an e-mail address such as ops@example.com',
      '9 interfaces[0].notify[0]: a text that is no e-mail address (it is not shown) -> an e-mail address such as ops@example.com',
      '9 interfaces[0].notify[1]: a text that is no e-mail address (it is not shown) -> an e-mail address such as ops@example.com',
    ]);
  });
});
