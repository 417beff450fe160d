import { Buffer } from 'node:buffer';
import { isJsonObject, type JsonObject } from '@kubernats/apimachinery';
import type { UserInfo } from '../call.ts';
import { type AuditedRequest, objectRefOf, timeOf, userOf } from './audit-event.ts';
import type { AuditConfig } from './evaluate-policy.ts';
import type { AuditStage } from './policy.ts';
import { withoutManagedFields } from './without-managed-fields.ts';

export interface TrailDeps {
  /** Wall time, milliseconds since 1970. */
  now(): number;
  /** Takes an event. Must not throw. */
  write(event: object): void;
}

/** What is written of one request while it is served. Source: "Auditing"; `audit.k8s.io/v1` Event. */
export class AuditTrail {
  readonly #deps: TrailDeps;
  readonly #request: AuditedRequest;
  readonly #config: AuditConfig;
  readonly #annotations: Record<string, string> = {};
  #impersonated: UserInfo | undefined;
  #requestObject: unknown;
  #status: JsonObject | undefined;
  #responseObject: unknown;
  #hasPanicked = false;

  constructor(deps: TrailDeps, request: AuditedRequest, config: AuditConfig) {
    this.#deps = deps;
    this.#request = request;
    this.#config = config;
  }

  /** The request has come. */
  received(): void {
    this.#write('RequestReceived', this.#request.receivedAtMs);
  }

  /** It is served as this user's. */
  impersonated(user: UserInfo): void {
    this.#impersonated = user;
  }

  /** Whether it may be done, and why. */
  decided(allowed: boolean, reason: string): void {
    this.#annotations['authorization.k8s.io/decision'] = allowed ? 'allow' : 'forbid';
    this.#annotations['authorization.k8s.io/reason'] = reason;
  }

  /** What admission says of the request. What was said first stands; what a level above the request's own asks for is left out. */
  annotate(key: string, value: string, level: 'Metadata' | 'Request' = 'Metadata'): void {
    if (level === 'Metadata' || this.#config.level !== 'Metadata') this.#annotations[key] ??= value;
  }

  /** What the request brought: JSON is read here. Of anything else the verb tells, with `object`. */
  body(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#requestObject = parsed([bytes]);
  }

  /** What the request brought, read. */
  object(object: object): void {
    // A copy: what is read is completed afterwards.
    this.#requestObject ??= JSON.parse(JSON.stringify(object));
  }

  /** The answer's head is known; of a body of JSON also what it says. */
  answered(code: number, chunks: readonly Uint8Array[] = []): void {
    const isWanted = this.#config.level === 'RequestResponse' && this.#request.resource !== undefined;
    const object = chunks.length > 0 && (isWanted || code >= 400 || this.#request.verb.startsWith('delete')) ? parsed(chunks) : undefined;
    this.#status = { metadata: {}, ...(isStatus(object) ? saidBy(object) : {}), code };
    if (isWanted) this.#responseObject = object;
  }

  /** The answer has begun and will take long: a watch, a log, a connection. */
  started(code: number): void {
    this.#status = { metadata: {}, code };
    this.#write('ResponseStarted');
  }

  /**
   * The answer has ended, with this code where nothing was said of it before: by the time, or by a backend. 0: there was none. Says nothing more of a request
   * that has failed the server.
   */
  completed(code = 0, isLongRunning = false): void {
    if (this.#hasPanicked) return;
    if (!this.#status) {
      this.#status = code > 0 ? { metadata: {}, code } : { metadata: {}, status: 'Success', message: 'Connection closed early', code: 200 };
      if (isLongRunning) this.#write('ResponseStarted');
    }
    this.#write('ResponseComplete');
  }

  /** The server itself has failed. */
  panicked(error: unknown): void {
    const message = `APIServer panic'd: ${error instanceof Error ? error.message : String(error)}`;
    this.#status = { metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 };
    this.#write('Panic');
    this.#hasPanicked = true;
  }

  /** Nobody knows who asks: that is all there is to say. */
  unauthenticated(attempted: string): void {
    this.#status = { metadata: {}, message: `Authentication failed, attempted: ${attempted}`, code: 401 };
    this.#write('ResponseStarted');
  }

  #write(stage: AuditStage, atMs = this.#deps.now()): void {
    const { level, omitStages, omitManagedFields } = this.#config;
    if (omitStages.has(stage)) return;
    const { auditId, uri, verb, user, sourceIPs, userAgent, resource, receivedAtMs } = this.#request;
    const shown = (object: unknown) => (omitManagedFields ? withoutManagedFields(object) : object);
    const hasBodies = resource !== undefined && level !== 'Metadata';
    this.#deps.write({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level,
      auditID: auditId,
      stage,
      requestURI: uri,
      verb,
      user: userOf(user),
      ...(this.#impersonated ? { impersonatedUser: userOf(this.#impersonated) } : {}),
      ...(sourceIPs.length > 0 ? { sourceIPs } : {}),
      ...(userAgent ? { userAgent } : {}),
      ...(resource ? { objectRef: objectRefOf(resource, verb === 'create' || verb === 'update' ? this.#requestObject : undefined) } : {}),
      ...(this.#status ? { responseStatus: this.#status } : {}),
      ...(hasBodies && this.#requestObject !== undefined ? { requestObject: shown(this.#requestObject) } : {}),
      ...(this.#responseObject === undefined ? {} : { responseObject: shown(this.#responseObject) }),
      requestReceivedTimestamp: timeOf(receivedAtMs),
      stageTimestamp: timeOf(atMs),
      ...(Object.keys(this.#annotations).length > 0 ? { annotations: { ...this.#annotations } } : {}),
    });
  }
}

function parsed(chunks: readonly Uint8Array[]): unknown {
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

const isStatus = (object: unknown): object is JsonObject => isJsonObject(object) && object.kind === 'Status' && object.apiVersion === 'v1';

/** What of a Status is kept: not its links. */
function saidBy({ status, message, reason, details }: JsonObject): JsonObject {
  return {
    ...(status === undefined ? {} : { status }),
    ...(message === undefined ? {} : { message }),
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
  };
}
