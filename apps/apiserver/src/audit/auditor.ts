import type { Clock } from '@kubernats/clock';
import type { Attributes } from '../authz/attributes.ts';
import { type AuditedRequest, shortUserAgent } from './audit-event.ts';
import { AuditTrail } from './audit-trail.ts';
import { policyEvaluator } from './evaluate-policy.ts';
import type { AuditPolicy } from './policy.ts';

/** Where events go. */
export interface AuditLog {
  /** Takes a line, without its end. Returns at once; must not throw. */
  write(line: string): void;
}

/** What of a request comes from its door. */
export type Heard = Pick<AuditedRequest, 'auditId' | 'uri' | 'sourceIPs' | 'userAgent'> & {
  attributes: Omit<Attributes, 'user'> & { user: Attributes['user'] | undefined };
  /** Of the resource. */
  version?: string;
};

/** Decides by a policy what is written down of each request. */
export class Auditor {
  readonly #clock: Clock;
  readonly #log: AuditLog;
  readonly #evaluate: ReturnType<typeof policyEvaluator>;
  /** Is told of every event. */
  onEvent: () => void = () => {};

  constructor(clock: Clock, policy: AuditPolicy, log: AuditLog) {
    this.#clock = clock;
    this.#log = log;
    this.#evaluate = policyEvaluator(policy);
  }

  /** Begins the trail of a request, and writes that it has come. Undefined: the policy wants nothing of it. */
  begin(heard: Heard): AuditTrail | undefined {
    const trail = this.#trail(heard);
    trail?.received();
    return trail;
  }

  /** Of a request from nobody knows whom. `attempted` is by what they have tried to prove who they are. */
  unauthenticated(heard: Heard, attempted: string): void {
    this.#trail(heard)?.unauthenticated(attempted);
  }

  #trail({ auditId, uri, sourceIPs, userAgent, attributes, version = '' }: Heard): AuditTrail | undefined {
    const config = this.#evaluate(attributes);
    if (!config) return undefined;
    const { user, verb, resource } = attributes;
    const request: AuditedRequest = {
      ...{ auditId, uri, verb, user, sourceIPs, userAgent: shortUserAgent(userAgent) },
      resource: resource && { ...resource, version },
      receivedAtMs: this.#clock.now(),
    };
    const deps = {
      now: () => this.#clock.now(),
      write: (event: object) => {
        this.onEvent();
        this.#log.write(JSON.stringify(event));
      },
    };
    return new AuditTrail(deps, request, config);
  }
}
