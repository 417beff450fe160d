import { rfc3339 } from '@kubernats/clock';
import type { CertificateSigningRequest, CertificateSigningRequestSpec } from '../../../../generated/types.ts';
import type { StrategyContext } from '../../../kind.ts';

/** Who asks is for the server to say: an author's own words about it are dropped. */
export function prepareRequest({ spec }: CertificateSigningRequest, { user }: StrategyContext): void {
  if (!spec) return;
  for (const field of ['username', 'uid', 'groups', 'extra'] as const) delete spec[field];
  if (user) Object.assign(spec, identityOf(user));
}

function identityOf({ name, uid, groups, extra }: NonNullable<StrategyContext['user']>): Partial<CertificateSigningRequestSpec> {
  return {
    username: name,
    ...(uid ? { uid } : {}),
    ...(groups.length > 0 ? { groups: [...groups] } : {}),
    ...(extra ? { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])) } : {}),
  };
}

/** An approval, or its refusal, changes the conditions and nothing else. */
export function prepareApproval(draft: CertificateSigningRequest, old: CertificateSigningRequest, context: StrategyContext): void {
  draft.spec = old.spec;
  draft.status = { ...old.status, conditions: draft.status?.conditions };
  if (draft.status.conditions === undefined) delete draft.status.conditions;
  fillConditionTimes(draft, old, context);
}

/** Conditions without times happened now; one that only repeats what was so keeps the time since when it is. */
export function fillConditionTimes(
  { status }: CertificateSigningRequest,
  old: CertificateSigningRequest,
  { nowMs }: StrategyContext,
): void {
  const now = rfc3339(nowMs);
  for (const condition of status?.conditions ?? []) {
    condition.lastUpdateTime ??= now;
    const before = old.status?.conditions?.find((each) => each.type === condition.type && each.status === condition.status);
    condition.lastTransitionTime ??= before?.lastTransitionTime ?? now;
  }
}
