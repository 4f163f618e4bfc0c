export { CLUB, HOST } from './catalogue';
export { canaries, countDue, generateSeason, MOST_TICKETS, writeSeason } from './season';
export type { Season, SeasonFiles, SeasonOptions } from './season';
export type { Due } from './tickets';
