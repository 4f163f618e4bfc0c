import { setTimeout as delay } from 'node:timers/promises';
import { msToTs, tsToMs } from '@temporalio/common/lib/time';
import { searchAttributes } from '../workflows/contract';
import { grpcCode, grpcCodes, type OpenConnection } from './connect';
import { TemporalUnreachable } from './errors';

/** What the set-up of a namespace changed; all empty the second time. */
export interface TemporalSetUp {
  readonly namespace: string;
  readonly namespaceCreated: boolean;
  readonly retentionChanged: boolean;
  readonly searchAttributesAdded: readonly string[];
}

/** Closed runs stay readable so long (stack.md: the development server keeps 24 h). */
export const retentionDays = 30;
const DAY_MS = 86_400_000;

// temporal.api.enums.v1.IndexedValueType, fixed by Temporal's wire format.
const KEYWORD = 2;
const INT = 3;

/** Every search attribute with its type. */
const attributeTypes: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(searchAttributes).map(([name, attribute]) => [attribute, name === 'refused' ? INT : KEYWORD]),
);

/** Creates the namespace where it is missing, sets its retention, registers the search attributes. Idempotent. */
export async function setUpTemporal(open: OpenConnection): Promise<TemporalSetUp> {
  const { namespace } = open.settings;
  const { namespaceCreated, retentionChanged } = await setUpNamespace(open);
  const missing = await listMissingSearchAttributes(open);
  if (missing.length > 0) {
    const wanted = missing.map((name): [string, number] => [name, attributeTypes[name] ?? KEYWORD]);
    await open.connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(wanted),
    });
  }
  if (missing.length > 0 || namespaceCreated) await waitUntilUsable(open);
  return { namespace, namespaceCreated, retentionChanged, searchAttributesAdded: missing };
}

/** Retention in days, or undefined when the namespace does not exist. */
export async function readRetentionDays(open: OpenConnection): Promise<number | undefined> {
  try {
    const { namespace } = open.settings;
    const { config } = await open.connection.workflowService.describeNamespace({ namespace });
    return tsToMs(config?.workflowExecutionRetentionTtl) / DAY_MS;
  } catch (error) {
    if (grpcCode(error) === grpcCodes.notFound) return undefined;
    if (grpcCode(error) === grpcCodes.unavailable) throw new TemporalUnreachable(open.settings.address, error);
    throw error;
  }
}

/** The search attributes that the namespace lacks. */
export async function listMissingSearchAttributes(open: OpenConnection): Promise<readonly string[]> {
  const { namespace } = open.settings;
  const { customAttributes } = await open.connection.operatorService.listSearchAttributes({ namespace });
  return Object.keys(attributeTypes).filter((name) => customAttributes[name] === undefined);
}

async function setUpNamespace(open: OpenConnection) {
  const { namespace } = open.settings;
  const workflowExecutionRetentionTtl = msToTs(retentionDays * DAY_MS);
  const present = await readRetentionDays(open);
  if (present === undefined) {
    await open.connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: workflowExecutionRetentionTtl,
    });
    await waitUntilNamespaceIsKnown(open);
    return { namespaceCreated: true, retentionChanged: false };
  }
  if (present === retentionDays) return { namespaceCreated: false, retentionChanged: false };
  await open.connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } });
  return { namespaceCreated: false, retentionChanged: true };
}

async function waitUntilNamespaceIsKnown(open: OpenConnection): Promise<void> {
  await until(async () => {
    await open.connection.operatorService.listSearchAttributes({ namespace: open.settings.namespace });
  });
}

/** The server's own caches learn of new attributes some seconds later; a start that carries one is refused until then. */
async function waitUntilUsable(open: OpenConnection): Promise<void> {
  const query = Object.entries(attributeTypes)
    .map(([name, type]) => (type === INT ? `${name} = 0` : `${name} = ''`))
    .join(' AND ');
  await until(async () => {
    await open.connection.workflowService.countWorkflowExecutions({ namespace: open.settings.namespace, query });
  });
}

async function until(request: () => Promise<void>): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  for (;;) {
    try {
      await request();
      return;
    } catch (error) {
      const code = grpcCode(error);
      const notYet = code === grpcCodes.invalidArgument || code === grpcCodes.notFound;
      if (!notYet || Date.now() > giveUpAt) throw error;
      await delay(100);
    }
  }
}
