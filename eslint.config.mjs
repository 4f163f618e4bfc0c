import tseslint from 'typescript-eslint';

/** Refused everywhere; later blocks replace the whole list, so they repeat it. */
const refusedEverywhere = [
  { selector: 'TSEnumDeclaration', message: 'No enums: a union of literals, or a const object (style.md T2).' },
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only (style.md S5).' },
];

const refusedInCore = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: '`now` is an argument: core has no clock (architecture.md "Who may import whom").',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: '`now` is an argument: core has no clock.',
  },
  { selector: "CallExpression[callee.name='Date']", message: '`now` is an argument: core has no clock.' },
  {
    selector: "MemberExpression[object.name='Temporal'][property.name='Now']",
    message: '`now` is an argument: core has no clock.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'core has no randomness: give it the number.',
  },
  { selector: ':function[async=true]', message: 'core decides, it does not wait: nothing in it is async.' },
  { selector: 'AwaitExpression', message: 'core decides, it does not wait: nothing in it is async.' },
];

const refusedEnvironment = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'process.env is read in config/ only (style.md P1).',
  },
];

const refusedExitCode = [
  {
    selector: "MemberExpression[object.name='process'][property.name=/^(exit|exitCode)$/]",
    message: 'process.exitCode is set in mains only; process.exit loses output (style.md P1).',
  },
];

const MAINS = ['cli/**/*.ts', '*/main.ts', 'bench/**/*.ts', 'local/*-main.ts', 'local/*/main.ts', 'local/guard.ts'];

export default tseslint.config(
  { ignores: ['dist/', '.local/', 'coverage/', 'node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true },
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...refusedEverywhere, ...refusedEnvironment, ...refusedExitCode],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // `as` is for `as const` and for the branding constructors of core (style.md T1).
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { args: 'all', argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', { max: 3 }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['core/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...refusedEverywhere,
        ...refusedEnvironment,
        ...refusedExitCode,
        ...refusedInCore,
      ],
    },
  },
  { files: ['config/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...refusedEverywhere, ...refusedExitCode] } },
  {
    files: MAINS,
    rules: { 'no-console': 'off', 'no-restricted-syntax': ['error', ...refusedEverywhere, ...refusedEnvironment] },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Jest wants a default export from its set-up; a test may set the environment that a program then reads.
      'no-restricted-syntax': ['error', refusedEverywhere[0]],
      'no-console': 'off',
      'max-lines': 'off',
      // The columns of a table of cases.
      'max-params': 'off',
    },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    extends: [tseslint.configs.recommended],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
