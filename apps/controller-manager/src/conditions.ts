/** The conditions of Kubernetes' objects, as far as all kinds agree. */
export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

/**
 * The list with `next` in it. A condition of the same status and reason stays as it is, so that nothing is written
 * for nothing; one of the same status keeps its transition time. A changed condition moves to the end, as Kubernetes does.
 */
export function withCondition<C extends Condition>(conditions: readonly C[], next: C): C[] {
  const current = conditions.find((condition) => condition.type === next.type);
  if (current && current.status === next.status && current.reason === next.reason) return [...conditions];
  const kept = current && current.status === next.status ? { ...next, lastTransitionTime: current.lastTransitionTime } : next;
  return [...conditions.filter((condition) => condition.type !== next.type), kept];
}

export function withoutCondition<C extends Condition>(conditions: readonly C[], type: string): C[] {
  return conditions.filter((condition) => condition.type !== type);
}

export function conditionOf<C extends Condition>(conditions: readonly C[] | undefined, type: string): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}
