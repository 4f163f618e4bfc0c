import fc from 'fast-check';
import { PARAMETERS, type Parameters } from '../../../core/parameters/parameters';
import { PARAMETERS_FORM, parseParameters } from '../../../core/parameters/parse-parameters';
import type { Problem } from '../../../core/problem';

function parametersOf(text: string): Parameters {
  const result = parseParameters(text);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.parameters;
}

function problemsOf(text: string): readonly Problem[] {
  const result = parseParameters(text);
  return 'problems' in result ? result.problems : [];
}

// domain.md 4, column "default".
const DEFAULTS: Parameters = {
  ticketIterationSize: 50,
  batchSplitSize: 1000,
  parallelCalls: 4,
  maxOutageMinutes: 10,
  reprintWaitMinutes: 15,
  continueInCaseOfSyncError: true,
  stickToTheHour: true,
  killRatio: undefined,
  maxLengthDumpedCallsInKbs: 0,
  enforceMandatoryParameters: true,
  dumpTemplateVariables: false,
  dumpDataModifiedByTemplate: false,
  overlaySpectatorDetailsWithLastOwner: true,
  resetInjectionInvalidationReasons: [],
  sendMultilingualAsJsonObject: false,
  overrideVisibilityFlagForInvalidationReasons: [],
  visibilityFlagDefaultValue: false,
  excludeTicketResale: false,
  lifecycleMode: 'lifecycle',
  distributeToCulturalContact: true,
};

test.each(['', '\n \r\n\t'])('nothing written gives the defaults (%j)', (text) => {
  expect(parametersOf(text)).toEqual(DEFAULTS);
});

test('the table names each parameter of the specification once', () => {
  expect(Object.values(PARAMETERS).map(({ name }) => name)).toEqual([
    'ticketIterationSize',
    'batchSplitSize',
    'parallelCalls',
    'maxOutageMinutes',
    'reprintWaitMinutes',
    'doContinueInCaseOfSyncError',
    'stickToTheHour',
    'killRatio',
    'maxLengthDumpedCallsInKbs',
    'enforceMandatoryParameters',
    'dumpTnPRvariables',
    'dumpDataModifiedByTemplate',
    'overlaySpectatorDetailsWithLastOwner',
    'resetInjectionInvalidationReasons',
    'sendMultilingualAsJsonObject',
    'overrideVisibilityFlagForInvalidationReasons',
    'visibilityFlagDefaultValue',
    'excludeTicketResale',
    'TIXNGO_LIFECYCLE_MODE',
    'enableTicketDistributionToCulturalContact',
  ]);
});

describe('a written value counts', () => {
  test.each<[line: string, expected: Partial<Parameters>]>([
    ['ticketIterationSize=1', { ticketIterationSize: 1 }],
    ['  ticketIterationSize = 50 ', { ticketIterationSize: 50 }],
    ['batchSplitSize=1', { batchSplitSize: 1 }],
    ['parallelCalls=64', { parallelCalls: 64 }],
    ['maxOutageMinutes=1440', { maxOutageMinutes: 1440 }],
    ['reprintWaitMinutes=0', { reprintWaitMinutes: 0 }],
    ['doContinueInCaseOfSyncError=false', { continueInCaseOfSyncError: false }],
    ['stickToTheHour=false', { stickToTheHour: false }],
    ['killRatio=0', { killRatio: 0 }],
    ['killRatio=0.25', { killRatio: 0.25 }],
    ['killRatio=1', { killRatio: 1 }],
    ['maxLengthDumpedCallsInKbs=64', { maxLengthDumpedCallsInKbs: 64 }],
    ['enforceMandatoryParameters=false', { enforceMandatoryParameters: false }],
    ['dumpTnPRvariables=true', { dumpTemplateVariables: true }],
    ['dumpDataModifiedByTemplate=true', { dumpDataModifiedByTemplate: true }],
    ['overlaySpectatorDetailsWithLastOwner=false', { overlaySpectatorDetailsWithLastOwner: false }],
    ['overlaySpectatirDetailsWithLastOwner=false', { overlaySpectatorDetailsWithLastOwner: false }],
    [
      'resetInjectionInvalidationReasons=theft, lost card ,THEFT',
      { resetInjectionInvalidationReasons: ['THEFT', 'LOSTCARD'] },
    ],
    ['resetInjectionInvalidationReasons=', { resetInjectionInvalidationReasons: [] }],
    ['sendMultilingualAsJsonObject=true', { sendMultilingualAsJsonObject: true }],
    [
      'overrideVisibilityFlagForInvalidationReasons=RESOLD',
      { overrideVisibilityFlagForInvalidationReasons: ['RESOLD'] },
    ],
    [
      'overrideVisibilityFlagForInvalidationReason=RESOLD',
      { overrideVisibilityFlagForInvalidationReasons: ['RESOLD'] },
    ],
    ['visibilityFlagDefaultValue=true', { visibilityFlagDefaultValue: true }],
    ['excludeTicketResale=true', { excludeTicketResale: true }],
    ['TIXNGO_LIFECYCLE_MODE=lifecycle', { lifecycleMode: 'lifecycle' }],
    ['enableTicketDistributionToCulturalContact=false', { distributeToCulturalContact: false }],
  ])('%s', (line, expected) => {
    expect(parametersOf(`\n${line}\r\n`)).toEqual({ ...DEFAULTS, ...expected });
  });
});

describe('a value that is not allowed is refused with what is', () => {
  test.each<[line: string, field: string, allowed: string]>([
    ['ticketIterationSize=0', 'ticketIterationSize', 'a whole number from 1 to 50'],
    ['ticketIterationSize=51', 'ticketIterationSize', 'a whole number from 1 to 50'],
    ['ticketIterationSize=5e1', 'ticketIterationSize', 'a whole number from 1 to 50'],
    ['ticketIterationSize=', 'ticketIterationSize', 'a whole number from 1 to 50'],
    ['batchSplitSize=1001', 'batchSplitSize', 'a whole number from 1 to 1000'],
    ['parallelCalls=65', 'parallelCalls', 'a whole number from 1 to 64'],
    ['parallelCalls=0', 'parallelCalls', 'a whole number from 1 to 64'],
    ['parallelCalls=-1', 'parallelCalls', 'a whole number from 1 to 64'],
    ['maxOutageMinutes=0', 'maxOutageMinutes', 'a whole number from 1 to 1440'],
    ['killRatio=1.01', 'killRatio', 'a number from 0 to 1, such as 0.2'],
    ['killRatio=20%', 'killRatio', 'a number from 0 to 1, such as 0.2'],
    ['stickToTheHour=yes', 'stickToTheHour', 'true or false'],
    ['stickToTheHour=TRUE', 'stickToTheHour', 'true or false'],
    [
      'resetInjectionInvalidationReasons=THEFT,,LOST',
      'resetInjectionInvalidationReasons',
      'reasons separated by commas, or nothing',
    ],
    ['TIXNGO_LIFECYCLE_MODE=history', 'TIXNGO_LIFECYCLE_MODE', 'lifecycle only; the history mode ended in 2023'],
  ])('%s', (line, field, allowed) => {
    const found = JSON.stringify(line.slice(line.indexOf('=') + 1));
    expect(problemsOf(`stickToTheHour\n\n${line}`)).toContainEqual({ line: 3, field, found, allowed });
  });
});

test('each mistake is told with its line: unknown name, second value, other spelling of the same, no name, no equals sign', () => {
  const text = [
    'ticketIterationSise=5',
    'parallelCalls=8',
    'parallelCalls=9',
    'overlaySpectatorDetailsWithLastOwner=true',
    'overlaySpectatirDetailsWithLastOwner=true',
    '=5',
    'killRatio: 0.5',
    'PARALLELCALLS=2',
  ].join('\n');
  expect(problemsOf(text)).toEqual([
    {
      line: 1,
      field: 'parameters',
      found: 'the unknown name "ticketIterationSise"',
      allowed: 'a custom parameter; did you mean ticketIterationSize?',
    },
    { line: 3, field: 'parallelCalls', found: 'a second value', allowed: 'one value; the first stands above' },
    {
      line: 5,
      field: 'overlaySpectatorDetailsWithLastOwner',
      found: 'a second value',
      allowed: 'one value; the first stands above',
    },
    { line: 6, field: 'parameters', found: 'a line of another form (it is not shown)', allowed: PARAMETERS_FORM },
    { line: 7, field: 'parameters', found: 'a line of another form (it is not shown)', allowed: PARAMETERS_FORM },
    {
      line: 8,
      field: 'parameters',
      found: 'the unknown name "PARALLELCALLS"',
      allowed: 'a custom parameter; did you mean parallelCalls?',
    },
  ]);
});

test('whatever is written: parameters within their bounds, or problems that each name a line of the text', () => {
  const names = Object.values(PARAMETERS).map(({ name }) => name);
  const line = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc
      .tuple(
        fc.constantFrom(...names),
        fc.oneof(fc.constantFrom('true', '5', 'A,B', '0.5'), fc.string({ maxLength: 10 })),
      )
      .map(([name, value]) => `${name}=${value}`),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const text = lines.join('\n');
      const result = parseParameters(text);
      if ('problems' in result) {
        expect(result.problems.length).toBeGreaterThan(0);
        for (const problem of result.problems)
          expect(problem.line).toBeLessThanOrEqual(text.split(/\r\n|\n|\r/).length);
        return;
      }
      expect(result.parameters.ticketIterationSize).toBeGreaterThanOrEqual(1);
      expect(result.parameters.ticketIterationSize).toBeLessThanOrEqual(50);
    }),
  );
});

test.each(['parallelCalls=1, killRatio=0.2', 'parallelCalls=1;killRatio=0.2', 'parallelCalls=1 killRatio = 0.2'])(
  'several parameters in one line are told with the right form: %s',
  (line) => {
    const found = 'several parameters in one line';
    expect(problemsOf(line)).toEqual([{ line: 1, field: 'parameters', found, allowed: PARAMETERS_FORM }]);
    expect(PARAMETERS_FORM).toContain('one name=value per line');
  },
);

test('a list of reasons may have commas and blanks', () => {
  expect(problemsOf('resetInjectionInvalidationReasons=LOST, SWAP 2')).toEqual([]);
});
