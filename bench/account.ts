/** The account at the sandbox: its name, and the variable that holds its key. */
export const account = { organizer: 'bench', keyVariable: 'BENCH_TIXNGO_KEY', key: 'bench-key' } as const;

/** The schedule that is measured, as `tixngo apply` writes it. */
export const schedule = { interface: 'bench', schedule: 'inject', function: 'inject-tickets' } as const;
export const pullSchedule = { interface: 'bench', schedule: 'retrieve', function: 'retrieve-status' } as const;
