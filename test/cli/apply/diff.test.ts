import { diffConfiguration } from '../../../cli/apply/diff';
import { toApplyLines } from '../../../cli/apply/show';
import type { SavedConfiguration } from '../../../cli/apply/saved';
import { openScreen } from '../../../cli/output/screen';
import { parseParameters } from '../../../core/parameters/parse-parameters';
import { GOOD, parse } from './config-fixture';

const NO_REFERENCES = { ticketNumbers: [], ids: [] };

function parametersOf(text: string): unknown {
  const parsed = parseParameters(text);
  return 'parameters' in parsed ? parsed.parameters : parsed;
}

/** The system before: one interface and one schedule, as the database gives them. */
function saved(parametersText: string): SavedConfiguration {
  const common = { organization: 'FCX', archived: false };
  return {
    organizations: [],
    pointsOfSales: [],
    products: [],
    interfaces: [
      {
        ...common,
        id: '1',
        name: 'fcx-tixngo',
        organizer: 'fc-example',
        type: 'TIXNGO',
        url: 'https://tixngo.example/organizer/tickets',
        login: 'other@fcx.example',
        apiKey: { file: '/run/key' },
        notify: ['other@example.com'],
        parametersText,
        parameters: parametersOf(parametersText),
        paused: false,
        organizerPaused: false,
      },
    ],
    schedules: [
      {
        ...common,
        id: '1',
        interface: 'fcx-tixngo',
        name: 'inject-league',
        function: 'inject-tickets',
        launch: 'AUTOMATIC',
        timing: { kind: 'cron', cron: '0 3 * * *', end: '2027-01-01T00:00' },
        batchSize: null,
        pointOfSales: 'WEB;W1',
        settings: {
          activationMethod: 'offline',
          filters: {},
          barcodePrefix: 'X',
          barcodeSuffix: '',
          mainApplicant: false,
          force: { ticketNumbers: ['12'], ids: ['4'] },
          skip: NO_REFERENCES,
          simulation: true,
        },
        skips: 0,
      },
    ],
  };
}

function linesOf(before: SavedConfiguration): readonly string[] {
  const result = parse(GOOD);
  if (!('config' in result)) throw new Error('The good file has problems');
  const changes = diffConfiguration(result.config, before, { prune: false });
  return toApplyLines(openScreen(false), {
    dryRun: true,
    changes,
    temporal: [],
    kept: { paused: [], skips: [] },
    warnings: [],
  });
}

test('what is new is shown in the words of the configuration file', () => {
  expect(linesOf({ organizations: [], pointsOfSales: [], products: [], interfaces: [], schedules: [] })).toEqual([
    '+ interface fcx-tixngo',
    '    organization: FCX',
    '    organizer: fc-example',
    '    type: TIXNGO',
    '    url: https://tixngo.example/organizer/tickets',
    '    login: 1 address',
    '    apiKey: { env: FCX_TIXNGO_KEY }',
    '    notify: 1 address',
    '    parameters: |',
    '      ticketIterationSize=25',
    '      killRatio=0.5',
    '+ schedule fcx-tixngo/inject-league',
    '    function: inject-tickets',
    '    launch: AUTOMATIC',
    '    every: 5m',
    '    batchSize: 1000',
    '    pointOfSales: WEB;W1',
    '    filters.product: [LEAGUE-HOME]',
    '    activationMethod: offline',
    '2 changes would be made; nothing was changed (--dry-run).',
  ]);
});

test('what changes too, each field once; addresses are counted, not shown', () => {
  const lines = linesOf(saved('ticketIterationSize=25\ndoContinueInCaseOfSyncError=false\n'));
  expect([...lines].sort()).toEqual(
    [
      '~ interface fcx-tixngo',
      '    login: 1 address, not the same as before',
      '    apiKey: { file: /run/key } -> { env: FCX_TIXNGO_KEY }',
      '    notify: 1 address, not the same as before',
      '    parameters.killRatio: (none) -> 0.5',
      '    parameters.doContinueInCaseOfSyncError: false -> true',
      '~ schedule fcx-tixngo/inject-league',
      '    cron: 0 3 * * * -> (none)',
      '    every: (none) -> 5m',
      '    end: 2027-01-01T00:00 -> (none)',
      '    batchSize: (none) -> 1000',
      '    filters.product: (none) -> [LEAGUE-HOME]',
      '    barcodeFormat.prefix: X -> (none)',
      '    force: 12, id:4 -> (none)',
      '    simulation: true -> false',
      '2 changes would be made; nothing was changed (--dry-run).',
    ].sort(),
  );
});
