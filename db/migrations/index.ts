import { M0001Catalogue } from './m0001-catalogue';
import { M0002Ticket } from './m0002-ticket';
import { M0003Configuration } from './m0003-configuration';
import { M0004Execution } from './m0004-execution';
import { M0005Call } from './m0005-call';
import { M0006Wallet } from './m0006-wallet';
import { M0007Operations } from './m0007-operations';
import { M0008WorkerSeen } from './m0008-worker-seen';
import { M0009TakeSlot } from './m0009-take-slot';
import { M0010ExecutionTicketIndex } from './m0010-execution-ticket-index';
import { M0011DeliveredByCall } from './m0011-delivered-by-call';
import { M0012RetrieveStatus } from './m0012-retrieve-status';
import { M0013PutAsideOfTicket } from './m0013-put-aside-of-ticket';
import { M0014AskedKey } from './m0014-asked-key';
import { M0015DroppedPutAside } from './m0015-dropped-put-aside';
import { M0016CallTimes } from './m0016-call-times';
import { M0017SlotTokens } from './m0017-slot-tokens';
import { M0018AttemptOrder } from './m0018-attempt-order';

/** Forward only, in this order; a list of classes, so that Jest and dist load the same ones without a glob. */
export const migrations = [
  { name: 'm0001-catalogue', class: M0001Catalogue },
  { name: 'm0002-ticket', class: M0002Ticket },
  { name: 'm0003-configuration', class: M0003Configuration },
  { name: 'm0004-execution', class: M0004Execution },
  { name: 'm0005-call', class: M0005Call },
  { name: 'm0006-wallet', class: M0006Wallet },
  { name: 'm0007-operations', class: M0007Operations },
  { name: 'm0008-worker-seen', class: M0008WorkerSeen },
  { name: 'm0009-take-slot', class: M0009TakeSlot },
  { name: 'm0010-execution-ticket-index', class: M0010ExecutionTicketIndex },
  { name: 'm0011-delivered-by-call', class: M0011DeliveredByCall },
  { name: 'm0012-retrieve-status', class: M0012RetrieveStatus },
  { name: 'm0013-put-aside-of-ticket', class: M0013PutAsideOfTicket },
  { name: 'm0014-asked-key', class: M0014AskedKey },
  { name: 'm0015-dropped-put-aside', class: M0015DroppedPutAside },
  { name: 'm0016-call-times', class: M0016CallTimes },
  { name: 'm0017-slot-tokens', class: M0017SlotTokens },
  { name: 'm0018-attempt-order', class: M0018AttemptOrder },
];
