// Apart from the rest, because commands that only compare ids need not load Temporal's client.
export { toRetrieveId } from '../workflows/retrieve-contract';
