import type { CoreEvent } from '@kubernats/api';
import { LruMap } from './lru-map.ts';
import { TokenBucket } from './token-bucket.ts';

/** What an event is about, and what it says; everything that makes two events the same is in here. */
export type EventFacts = Pick<
  CoreEvent,
  'involvedObject' | 'type' | 'reason' | 'message' | 'source' | 'reportingComponent' | 'reportingInstance' | 'action' | 'related'
>;

/** What to do with an occurrence: write a new event, count it on one that exists, or drop it. */
export type Decision = { act: 'create'; message: string; key: string } | { act: 'count'; message: string; key: string } | { act: 'drop' };

const KEPT = 4096;
/** So many different messages of one reason are told apart within the interval; more are combined. */
const SIMILAR_MAX = 10;
const SIMILAR_WITHIN_MS = 10 * 60_000;
/** Of one component about one object: so many at once, then one every five minutes. */
const SPAM_BURST = 25;
const SPAM_PER_SECOND = 1 / 300;

/**
 * Keeps a fault that repeats from filling the store: the same event is counted, similar ones are combined, and a source that
 * goes on and on about one object is cut off. Source: client-go's EventCorrelator.
 */
export class EventCorrelator {
  readonly #written = new LruMap<string, true>(KEPT);
  readonly #similar = new LruMap<string, { messages: Set<string>; lastAtMs: number }>(KEPT);
  readonly #buckets = new LruMap<string, TokenBucket>(KEPT);

  decide(facts: EventFacts, nowMs: number): Decision {
    const group = groupOf(facts);
    const similar = this.#similarTo(group, nowMs);
    const message = facts.message ?? '';
    similar.messages.add(message);
    const combined = similar.messages.size > SIMILAR_MAX;
    const shown = combined ? `(combined from similar events): ${message}` : message;
    // Combined events share one object whatever they say.
    const key = combined ? group : `${group}\n${message}`;
    const source = JSON.stringify([facts.source, facts.reportingComponent, identityOf(facts)]);
    const bucket = this.#buckets.get(source) ?? new TokenBucket(SPAM_BURST, SPAM_PER_SECOND, nowMs);
    this.#buckets.set(source, bucket);
    if (!bucket.take(nowMs)) return { act: 'drop' };
    const known = this.#written.get(key) !== undefined;
    this.#written.set(key, true);
    return { act: known ? 'count' : 'create', message: shown, key };
  }

  /** The event that was counted on does not exist (any more): the next occurrence writes a new one. */
  forget(key: string): void {
    this.#written.delete(key);
  }

  #similarTo(group: string, nowMs: number): { messages: Set<string>; lastAtMs: number } {
    const known = this.#similar.get(group);
    const entry = known && nowMs - known.lastAtMs <= SIMILAR_WITHIN_MS ? known : { messages: new Set<string>(), lastAtMs: nowMs };
    entry.lastAtMs = nowMs;
    // One more than the limit is enough to know that it is passed.
    if (entry.messages.size > SIMILAR_MAX) entry.messages.delete(entry.messages.values().next().value ?? '');
    this.#similar.set(group, entry);
    return entry;
  }
}

const identityOf = ({ involvedObject: { kind, namespace, name, uid, apiVersion, fieldPath } }: EventFacts): (string | undefined)[] => [
  kind,
  namespace,
  name,
  uid,
  apiVersion,
  fieldPath,
];

const groupOf = (facts: EventFacts): string =>
  JSON.stringify([
    facts.source,
    identityOf(facts),
    facts.type,
    facts.reason,
    facts.action,
    facts.reportingComponent,
    facts.reportingInstance,
  ]);
