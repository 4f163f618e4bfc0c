import type { Answer } from './answer';
import type { FaultOf } from './faults';

/** The same answer with other results, as the fault says; answers without results stay as they are. */
export function spoilResults(answer: Answer, { how, ticketIds }: FaultOf<'results'>): Answer {
  const { body } = answer;
  if (typeof body !== 'object' || body === null || !('results' in body) || !isResults(body.results)) return answer;
  const results = body.results;
  const concerned = ticketIds ?? results.slice(0, 1).map(({ ticketId }) => ticketId);
  const isConcerned = ({ ticketId }: Result) => concerned.includes(ticketId);
  switch (how) {
    case 'missing':
      return { ...answer, body: { results: results.filter((result) => !isConcerned(result)) } };
    case 'unknown-ids':
      return { ...answer, body: { results: [...results, { ticketId: 'NEVER-SENT-1', outcome: 'ACCEPTED' }] } };
    case 'doubled':
      return { ...answer, body: { results: [...results, ...results.filter(isConcerned)] } };
    case 'unknown-outcome':
      return {
        ...answer,
        body: { results: results.map((result) => (isConcerned(result) ? { ...result, outcome: 'PARKED' } : result)) },
      };
  }
}

interface Result {
  readonly ticketId: string;
}

function isResults(value: unknown): value is readonly Result[] {
  return Array.isArray(value);
}
