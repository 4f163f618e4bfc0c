/** The workflows that a worker registers: their names are the workflow types in the Temporal UI. */
export { closeLostExecutions } from './close-lost-executions';
export { injectTickets } from './inject-tickets';
export { retrieveStatus } from './retrieve-status';
export { retrieveTick } from './retrieve-tick';
export { testInterface } from './test-interface';
