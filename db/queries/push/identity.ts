/** What an execution is known by (architecture.md, "Identity"): every statement joins it by number *and* by this. */
export interface ExecutionIdentity {
  readonly execution: number;
  readonly namespace: string;
  readonly workflowId: string;
  readonly firstRunId: string;
}

/** The four values in the order in which statements take them. */
export function identityValues(identity: ExecutionIdentity): readonly [number, string, string, string] {
  return [identity.execution, identity.namespace, identity.workflowId, identity.firstRunId];
}
