import { parseSchedule } from '../../../core/schedule/parse-schedule';
import type { WrittenSchedule } from '../../../core/schedule/written-schedule';

export const WRITTEN: WrittenSchedule = {
  name: 'inject-league',
  interface: 'fcx-tixngo',
  function: 'inject-tickets',
  launch: 'AUTOMATIC',
  pointOfSales: 'WEB;W1',
};

export const CANCELLED: WrittenSchedule = {
  name: 'cancelled',
  interface: 'fcx-tixngo',
  function: 'push-cancelled',
  launch: 'MANUAL',
  shipmentModes: ['MOBILE'],
};

export const RETRIEVE: WrittenSchedule = {
  name: 'retrieve',
  interface: 'fcx-tixngo',
  function: 'retrieve-status',
  launch: 'AUTOMATIC',
};

/** What is wrong with a schedule as it is written. */
export function problemsOf(written: WrittenSchedule) {
  const result = parseSchedule(written);
  return 'problems' in result ? result.problems : [];
}
