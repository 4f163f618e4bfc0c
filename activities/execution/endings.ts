import { z } from 'zod';

/** Why a run ends, as its row says it. */
export const endings = z.enum(['done', 'operator', 'kill ratio', 'outage', 'all refused', 'failed']);
