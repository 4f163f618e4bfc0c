import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { toError, writeAnswer, type Answer } from './answer';
import { faultSchema } from './faults';
import { walletActions } from './life-cycle';
import { crowdRequest, letCrowdAct } from './crowd';
import { recordsRequest, type RecordsRequest } from './generated-records';
import type { World } from './push-call';
import { repeatsSchema } from './repeats';
import type { WalletTicket } from './wallet-ticket';

/** Said wherever somebody might take the stand-in for more than it is. */
export const banner = "TIXNGO sandbox: a stand-in for tests and demonstrations, not the vendor's product";

export interface AdminRequest {
  readonly method: string;
  /** What follows `/_sandbox`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly text: string;
}

const text = z.string().optional();
const recipient = z.strictObject({
  email: z.string(),
  title: text,
  gender: z.enum(['M', 'F', 'U', 'X']).optional(),
  firstName: text,
  lastName: text,
  dateOfBirth: z.iso.date().optional(),
  nationality: text,
  idCardNumber: text,
  phoneNumber: text,
  residenceCountry: text,
  language: text,
  organizerSpectatorPreference: z
    .strictObject({ allowPromoEmail: z.boolean().optional(), allowThirdPartyEmail: z.boolean().optional() })
    .optional(),
});
const walletRequest = z.strictObject({
  ticketId: z.string(),
  action: z.enum(walletActions),
  organizer: z.string().optional(),
  recipient: recipient.optional(),
});
const resetRequest = z.strictObject({ seed: z.int().optional() });

/** Answers what an operator or a test asks the stand-in under `/_sandbox`; it needs no key, since it listens on loopback only. */
export function handleAdmin(request: AdminRequest, response: ServerResponse, world: World): void {
  writeAnswer(response, answerAdmin(request, world));
}

function answerAdmin(request: AdminRequest, world: World): Answer {
  const [, first = '', second] = request.path.split('/');
  switch (`${request.method} ${first}`) {
    case 'GET ':
      return ok({
        product: banner,
        see: ['state', 'reset', 'wallet', 'crowd', 'records', 'repeats', 'changes', 'faults', 'calls'],
      });
    case 'GET state':
      return ok(toState(request.query, world));
    case 'POST reset':
      return withBody(request, resetRequest, ({ seed = 1 }) => reset(seed, world));
    case 'POST wallet':
      return withBody(request, walletRequest, (step) => takeStep(step, world));
    case 'POST crowd':
      return withBody(request, crowdRequest, (crowd) =>
        ofAccount(crowd, world, () => ok(letCrowdAct(crowd, world.wallets))),
      );
    case 'POST records':
      return withBody(request, recordsRequest, (records) => ofAccount(records, world, () => generate(records, world)));
    case 'POST repeats':
      return withBody(request, repeatsSchema, (repeats) => {
        world.repeats.set(repeats);
        return ok({});
      });
    case 'GET changes':
      return ok(toChanges(request.query, world));
    case 'GET faults':
      return ok({ faults: world.faults.list() });
    case 'POST faults':
      return withBody(request, faultSchema, (fault) =>
        ofAccount(fault, world, () => ok({ id: world.faults.add(fault) })),
      );
    case 'DELETE faults':
      return clearFaults(second, world);
    case 'GET calls':
      return ok(toCalls(request.query, world));
    case 'DELETE calls':
      world.calls.clear();
      return ok({});
    default:
      return toError(404, 'NOT_FOUND', `The sandbox has no ${request.method} /_sandbox${request.path}`);
  }
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function withBody<T>({ text }: AdminRequest, schema: z.ZodType<T>, then: (body: T) => Answer): Answer {
  try {
    return then(schema.parse(JSON.parse(text === '' ? '{}' : text)));
  } catch (error) {
    if (error instanceof z.ZodError) return toError(400, 'MALFORMED', z.prettifyError(error));
    if (error instanceof SyntaxError) return toError(400, 'MALFORMED', 'The body is not JSON');
    throw error;
  }
}

/** A name that is none of the accounts' is a mistake: nothing would come of it. */
function ofAccount(
  { organizer }: { readonly organizer?: string | undefined },
  { organizers }: World,
  then: () => Answer,
): Answer {
  if (organizer === undefined || organizers.includes(organizer)) return then();
  return toError(400, 'ORGANIZER_UNKNOWN', `There is no account ${organizer}. Accounts: ${organizers.join(', ')}`);
}

function reset(seed: number, world: World): Answer {
  world.wallets.clear();
  world.log.clear();
  world.repeats.reset(seed);
  world.calls.clear();
  world.faults.clear();
  world.faults.seed(seed);
  world.keys?.clear();
  return ok({});
}

function clearFaults(id: string | undefined, { faults }: World): Answer {
  if (id === undefined) {
    faults.clear();
    return ok({});
  }
  return faults.clear(Number(id)) ? ok({}) : toError(404, 'NOT_FOUND', `There is no fault ${id}`);
}

function takeStep(step: z.infer<typeof walletRequest>, { wallets, organizers }: World): Answer {
  const known = organizers.filter((organizer) => step.organizer === undefined || organizer === step.organizer);
  const [ticket] = known.flatMap((organizer) => wallets.find(organizer, step.ticketId) ?? []);
  if (ticket === undefined) return toError(404, 'TICKET_UNKNOWN', `There is no ticket ${step.ticketId}`);
  const status = wallets.step(ticket.organizer, step);
  if (status !== undefined) return ok({ ticketId: step.ticketId, status });
  return toError(409, 'STEP_IMPOSSIBLE', `${step.action} is not possible while the ticket is ${ticket.status}`);
}

function generate(request: RecordsRequest, { log, organizers }: World): Answer {
  const organizer = request.organizer ?? organizers[0] ?? '';
  const firstChangeNumber = log.generate(organizer, request);
  return ok({ firstChangeNumber, lastChangeNumber: log.lastChangeNumber() });
}

/** The log as it is, without repeats and faults; `?organizer=` chooses the account, `?summary` leaves out the records. */
function toChanges(query: URLSearchParams, { log, organizers, wallets }: World): unknown {
  wallets.settle();
  const organizer = query.get('organizer') ?? organizers[0] ?? '';
  const { first, end } = log.range(organizer);
  const summary = { organizer, count: end - first, dropped: first, lastChangeNumber: log.lastChangeNumber() };
  return query.has('summary') ? summary : { ...summary, records: log.read(organizer, first, end) };
}

/** `?summary`: how many tickets in which status; `?organizer=` and `?ticket=` choose. */
function toState(query: URLSearchParams, { wallets }: World): unknown {
  const organizer = query.get('organizer');
  const ticketId = query.get('ticket');
  const chosen = wallets
    .list()
    .filter((ticket) => organizer === null || ticket.organizer === organizer)
    .filter((ticket) => ticketId === null || ticket.ticketId === ticketId);
  const byStatus: Record<string, number> = {};
  for (const { status } of chosen) byStatus[status] = (byStatus[status] ?? 0) + 1;
  const summary = { count: chosen.length, byStatus };
  return query.has('summary') ? summary : { ...summary, tickets: chosen.map(toTicketState) };
}

function toTicketState(ticket: WalletTicket) {
  const email = ticket.owner.email?.toLowerCase() ?? '';
  return { ...ticket, ownerEmailHash: createHash('sha256').update(email).digest('hex') };
}

/** `?summary` and `?timeline`: figures only, whatever the number of tickets; `?operation=` chooses whose tickets are counted one by one. */
function toCalls(query: URLSearchParams, { calls }: World): unknown {
  if (query.has('summary')) return calls.summary();
  if (query.has('timeline')) return calls.timeline();
  const operation = query.get('operation');
  const counts = Object.fromEntries(calls.counts(operation ?? 'injectTickets'));
  const list = calls.list().filter((call) => operation === null || call.operation === operation);
  return { summary: calls.summary(), calls: list, tickets: counts };
}
