import { searchAttributes } from '../workflows/contract';

/** The search attributes with their types, as the development server registers them at its start. */
export const SEARCH_ATTRIBUTES: Readonly<Record<string, 'Keyword' | 'Int'>> = {
  [searchAttributes.function]: 'Keyword',
  [searchAttributes.interface]: 'Keyword',
  [searchAttributes.organization]: 'Keyword',
  [searchAttributes.trigger]: 'Keyword',
  [searchAttributes.outcome]: 'Keyword',
  [searchAttributes.refused]: 'Int',
};
