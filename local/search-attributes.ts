/** What the product writes about a run for the Temporal UI's lists (operations.md "In the Temporal UI"); no personal data. */
export const SEARCH_ATTRIBUTES = {
  S360Function: 'Keyword',
  S360Interface: 'Keyword',
  S360Organization: 'Keyword',
  S360Trigger: 'Keyword',
  S360Outcome: 'Keyword',
  S360Refused: 'Int',
} as const;
