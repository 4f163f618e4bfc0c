export { CLUB, HOST } from './catalogue';
export { canaries, countDue, generateSeason, MOST_TICKETS, writeSeason } from './season';
