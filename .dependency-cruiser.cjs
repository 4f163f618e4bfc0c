'use strict';
// Who may import whom (architecture.md): down only, never sideways. A rule's comment is for whoever breaks it.

/** What each folder may import of the others, beside itself. `types:` allows the types alone. */
const LEVELS = {
  core: [],
  workflows: ['core'],
  db: ['core'],
  tixngo: ['core'],
  mailer: ['core'],
  config: ['core'],
  activities: ['core', 'db', 'tixngo', 'mailer', 'workflows/retrieve-contract', 'types:workflows/contract'],
  worker: ['core', 'db', 'tixngo', 'mailer', 'config', 'activities', 'workflows/contract'],
  client: ['core', 'workflows/contract', 'workflows/retrieve-contract', 'types:workflows'],
  cli: ['client', 'config', 'db', 'core'],
  sandbox: ['types:core/messages', 'config/secret'],
  local: ['core', 'workflows', 'db', 'tixngo', 'mailer', 'config', 'activities', 'worker', 'client', 'sandbox'],
};

const WHY = {
  core: 'core decides and knows nobody: give it the value as an argument.',
  workflows:
    'A workflow says in which order and how often. What it asks of the world is declared in workflows/contract.ts; the types of activities would drag Node into the sandbox.',
  db: 'db, tixngo and mailer do not know each other: an activity joins them.',
  tixngo: 'db, tixngo and mailer do not know each other: an activity joins them.',
  mailer: 'db, tixngo and mailer do not know each other: an activity joins them.',
  config: 'config is read by the programs and handed down; it knows no part of them.',
  activities:
    'An activity fetches, asks core, stores: core, db, tixngo, mailer, the types of workflows/contract, and the id of retrieve-contract. Settings are handed to it by the worker.',
  worker: 'The worker wires activities, adapters and config together, and nothing above it.',
  client: 'client starts and asks workflows by their contracts: no activity, no database.',
  cli: 'A command uses client, config, db and core, and starts other programs by path.',
  sandbox:
    "The sandbox is the other side: it may know the types of the messages and how a secret is read, or it would repeat the product's own mistakes.",
  local: 'local starts everything below it; tests and benches start local.',
};

const FOLDERS = Object.keys(LEVELS);

function levelRules() {
  return FOLDERS.flatMap((folder) => {
    const allowed = LEVELS[folder].filter((entry) => !entry.startsWith('types:'));
    const typesOnly = LEVELS[folder].filter((entry) => entry.startsWith('types:')).map((entry) => entry.slice(6));
    const reachable = [folder, ...allowed, ...typesOnly];
    const rules = [
      {
        name: `${folder}-imports-only-below`,
        comment: WHY[folder],
        severity: 'error',
        from: { path: `^${folder}/` },
        to: { path: `^(${FOLDERS.join('|')}|bench|test)/`, pathNot: `^(${reachable.join('|')})(/|\\.ts$)` },
      },
    ];
    if (typesOnly.length > 0) {
      rules.push({
        name: `${folder}-imports-types-only`,
        comment: `Only the types of ${typesOnly.join(', ')} (import type). ${WHY[folder]}`,
        severity: 'error',
        from: { path: `^${folder}/` },
        to: {
          path: `^(${typesOnly.join('|')})(/|\\.ts$)`,
          ...(allowed.length > 0 && { pathNot: `^(${allowed.join('|')})(/|\\.ts$)` }),
          dependencyTypesNot: ['type-only'],
        },
      });
    }
    return rules;
  });
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...levelRules(),
    {
      name: 'core-imports-only-pure-packages',
      comment: 'core has no Node, no DOM and no package but the pure time-zone library (architecture.md).',
      severity: 'error',
      from: { path: '^core/' },
      to: { pathNot: '^core/|(^|/)node_modules/temporal-polyfill/' },
    },
    {
      name: 'workflows-import-only-temporal',
      comment:
        'Workflow code runs in a sandbox without Node: core, workflows, @temporalio/workflow and @temporalio/common only.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { pathNot: '^(core|workflows)/|(^|/)node_modules/@temporalio/(workflow|common)/' },
    },
    {
      name: 'adapters-do-not-know-temporal',
      comment:
        'db, tixngo, mailer throw errors of their own; activities/failures.ts alone turns them into failures of Temporal.',
      severity: 'error',
      from: { path: '^(db|tixngo|mailer|sandbox)/' },
      to: { path: 'node_modules/@temporalio/' },
    },
    {
      name: 'pushes-and-reading-apart',
      comment:
        'activities/push and activities/retrieve-status do not know each other: what serves both is in activities/execution, which knows neither; what must know both is beside them.',
      severity: 'error',
      from: { path: '^activities/(push|retrieve-status|execution)/' },
      to: { path: '^activities/(push|retrieve-status)/', pathNot: '^activities/$1/' },
    },
    {
      name: 'nobody-imports-tests-or-benches',
      comment: 'What a program needs does not live in test/ or bench/.',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other have a third one in common: move it out.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'declared-packages-only',
      comment:
        'Every package that is imported stands in package.json with an exact version; a program does not use one that only development installs.',
      severity: 'error',
      from: { path: '/', pathNot: '^(test|bench)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'imports-resolve',
      comment: 'The file or package is not there.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|[.]local)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    skipAnalysisNotInRules: true,
  },
};
