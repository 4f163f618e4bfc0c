import { Client, Connection, isGrpcServiceError, type ConnectionOptions } from '@temporalio/client';
import { NamespaceMissing, TemporalUnreachable } from './errors';

/** How a Temporal server is reached: what `config/` reads from the environment. */
export interface ClientSettings {
  readonly connection: ConnectionOptions;
  /** host:port, for messages. */
  readonly address: string;
  readonly namespace: string;
  /** The one task queue of workflows and activities. */
  readonly taskQueue: string;
}

// With the start of the program about 3 seconds, so that a command says it within 5 on a busy machine too (operations.md, exit code 3).
const CONNECT_TIMEOUT_MS = 2_000;

/** An open connection to Temporal, with the namespace that everything goes to. */
export interface OpenConnection {
  readonly client: Client;
  readonly connection: Connection;
  readonly settings: ClientSettings;
  /** Requests without an answer yet. */
  readonly underWay: Set<Promise<unknown>>;
}

/** Connects, or throws TemporalUnreachable within 2 seconds. */
export async function connectClient(settings: ClientSettings): Promise<OpenConnection> {
  try {
    const connection = await Connection.connect({ ...settings.connection, connectTimeout: CONNECT_TIMEOUT_MS });
    const client = new Client({ connection, namespace: settings.namespace });
    return { connection, settings, client, underWay: new Set() };
  } catch (error) {
    throw new TemporalUnreachable(settings.address, error);
  }
}

/** Runs a request; a server that went away or lacks the namespace becomes an error that says so. */
export async function ask<T>({ settings, underWay }: OpenConnection, request: () => Promise<T>): Promise<T> {
  const asked = request();
  underWay.add(asked);
  try {
    return await asked;
  } catch (error) {
    if (isUnavailable(error)) throw new TemporalUnreachable(settings.address, error);
    if (isNamespaceNotFound(error)) throw new NamespaceMissing(settings.namespace, settings.address);
    throw error;
  } finally {
    underWay.delete(asked);
  }
}

/**
 * Closes it, at once unless requests are under way, else when they have ended: the SDK tries again those that a server does not answer, by a timer
 * that would end the program with a trace where the connection is closed.
 */
export async function closeClient({ connection, underWay }: OpenConnection): Promise<void> {
  if (underWay.size === 0) await connection.close();
  else void Promise.allSettled(underWay).then(() => connection.close());
}

/** Numbers of gRPC's status codes, as its specification fixes them. */
export const grpcCodes = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  unavailable: 14,
} as const;

/** The gRPC status of an error or of its cause: the SDK wraps some answers and passes others on. */
export function grpcCode(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error && isGrpcServiceError(error.cause) ? error.cause.code : undefined;
}

function isUnavailable(error: unknown): boolean {
  const code = grpcCode(error);
  return code === grpcCodes.unavailable || code === grpcCodes.deadlineExceeded;
}

function isNamespaceNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'NamespaceNotFoundError') return true;
  const cause = isGrpcServiceError(error) ? error : error.cause;
  return grpcCode(error) === grpcCodes.notFound && isGrpcServiceError(cause) && cause.details.startsWith('Namespace ');
}
