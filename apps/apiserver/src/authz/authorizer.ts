import type { Attributes, Decision } from './attributes.ts';
import type { NodeAuthorizer } from './node-authorizer.ts';
import type { Rbac } from './rbac.ts';

export const SUPERUSERS = 'system:masters';

/** Who may do what: superusers everything, nodes what concerns them, and everybody what a role allows. */
export class Authorizer {
  readonly rbac: Rbac;
  readonly #nodes: NodeAuthorizer;

  constructor(rbac: Rbac, nodes: NodeAuthorizer) {
    this.rbac = rbac;
    this.#nodes = nodes;
  }

  decide(attributes: Attributes): Decision {
    if (attributes.user.groups.includes(SUPERUSERS)) return { allowed: true };
    if (this.#nodes.allows(attributes)) return { allowed: true };
    return this.rbac.decide(attributes);
  }

  /** Why it is allowed, for the audit log: only a role has something to say. */
  reasonFor(attributes: Attributes): string {
    if (attributes.user.groups.includes(SUPERUSERS) || this.#nodes.allows(attributes)) return '';
    return this.rbac.reasonFor(attributes);
  }
}
