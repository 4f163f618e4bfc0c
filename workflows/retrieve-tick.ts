import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  executeChild,
  ParentClosePolicy,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { noRecords } from '../core/retrieve-status/counts';
import { retrieveActivities } from './retrieve-activities';
import {
  type RetrieveInput,
  type RetrieveReport,
  type RetrieveSubject,
  retrieveTypes,
  type TickReport,
  toRetrieveId,
} from './retrieve-contract';
import { parseRetrieveInput } from './retrieve-input';
import { showRoot } from './run-end';
import { searchAttributesOf } from './search';

/** As long as a push may last (client/runs.ts). */
const runTimeout = '24 hours';

/**
 * What Temporal's schedules start: starts the one run of the account and waits for it, so that overlap policies mean what they say. An account
 * that is being read already makes it SKIPPED (domain.md 8.1).
 */
export async function retrieveTick(rawInput: RetrieveInput): Promise<TickReport> {
  const input = parseRetrieveInput(rawInput);
  try {
    const subject = await retrieveActivities.resolveRetrieve({ schedule: input.schedule });
    const about = searchAttributesOf.run({ ...subject, name: 'retrieve-status', input });
    upsertSearchAttributes(about);
    const report = await runChild(input, subject, about).catch(async (error: unknown) => {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      return await toSkipped(subject);
    });
    upsertSearchAttributes(searchAttributesOf.outcome({ outcome: report.outcome, refused: report.putAside }));
    return report;
  } catch (error) {
    // The run of a tick that was cancelled goes on: how it ends is not known here.
    if (error instanceof ChildWorkflowFailure && !CancellationScope.current().consideredCancelled) {
      upsertSearchAttributes(searchAttributesOf.outcome({ outcome: 'ERROR', refused: 0 }));
    }
    throw showRoot(error);
  }
}

/** Neither the end of this tick nor its cancellation reaches the run, which others may wait for too (architecture.md). */
function runChild(
  input: RetrieveInput,
  subject: RetrieveSubject,
  about: ReturnType<typeof searchAttributesOf.run>,
): Promise<RetrieveReport> {
  const trigger = input.trigger ?? 'OPERATOR';
  return executeChild<(input: RetrieveInput) => Promise<RetrieveReport>>(retrieveTypes.run, {
    workflowId: toRetrieveId(subject.organizer),
    args: [input],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    cancellationType: ChildWorkflowCancellationType.ABANDON,
    workflowRunTimeout: runTimeout,
    typedSearchAttributes: about,
    staticSummary: `retrieve-status · ${subject.interfaceName} · ${trigger}`,
  });
}

async function toSkipped({ organizer }: RetrieveSubject): Promise<TickReport> {
  const { workflowId, execution } = await retrieveActivities.findActiveRetrieve({ organizer });
  const named = execution === undefined ? workflowId : `${workflowId} (run ${execution.toString()})`;
  return {
    ...noRecords,
    ...(execution === undefined ? {} : { execution }),
    outcome: 'SKIPPED',
    ending: 'done',
    message: `${organizer} is being read already by ${named}. Follow it: tixngo log ${workflowId} --follow`,
  };
}
