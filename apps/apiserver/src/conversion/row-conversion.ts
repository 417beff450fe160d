import { apiVersionOf, type KindRow, type KubeObject, NotConverted, type WebhookConversions } from '@kubernats/api';
import type { Clock } from '@kubernats/clock';
import { askConversion, type ConversionDeps } from './ask-conversion.ts';

/** What a webhook is asked at once: as many objects, and about as many bytes, since its answer may not be longer than a request. */
const BATCH = 250;
const BATCH_BYTES = 1024 * 1024;

/** As old as what a webhook has made of objects may be where they are listed: it may be another one by now. */
export const LISTED_AGE_MS = 10_000;

/**
 * The objects of a kind in one of the versions between which a webhook converts. The parts of the server that look at objects do not wait: what they
 * are going to look at is prepared before, where a request or an event comes in. What was made of a revision is kept for all that ask for it.
 */
export class RowConversion {
  readonly #deps: ConversionDeps & { clock: Clock };
  readonly #conversions: WebhookConversions;
  readonly #apiVersion: string;
  readonly #pending = new WeakMap<KubeObject, Promise<void>>();
  readonly #convertedAt = new WeakMap<KubeObject, number>();

  constructor(deps: ConversionDeps & { clock: Clock }, conversions: WebhookConversions, apiVersion: string) {
    this.#deps = deps;
    this.#conversions = conversions;
    this.#apiVersion = apiVersion;
  }

  /** Has objects converted that nobody changes any more; undefined: all are. Rejects with a StatusError when the webhook fails. */
  prepare(objects: Iterable<KubeObject>): Promise<void> | undefined {
    return this.#ask(objects, (object) => this.#conversions.find(object, this.#apiVersion) !== undefined);
  }

  /** As `prepare`, whatever the webhook has made of the object before: what is read, or written over, is as the webhook of now makes it. */
  prepareAnew(object: KubeObject): Promise<void> | undefined {
    return this.#ask([object], ({ apiVersion }) => apiVersion === this.#apiVersion);
  }

  /** As `prepare`, and again what is older than `LISTED_AGE_MS`; when the webhook fails, that is taken as it is. */
  async prepareListed(objects: readonly KubeObject[]): Promise<void> {
    const since = this.#deps.clock.monotonic() - LISTED_AGE_MS;
    const again = this.#ask(objects, (object) => (this.#convertedAt.get(object) ?? since) >= since);
    await Promise.all([this.prepare(objects), again?.catch(() => {})]);
  }

  #ask(objects: Iterable<KubeObject>, isDone: (object: KubeObject) => boolean): Promise<void> | undefined {
    const waits = new Set<Promise<void>>();
    const unasked = new Set<KubeObject>();
    for (const object of objects) {
      if (isDone(object)) continue;
      const pending = this.#pending.get(object);
      if (pending) waits.add(pending);
      else unasked.add(object);
    }
    let before: Promise<void> = Promise.resolve();
    for (const batch of batchesOf(unasked)) {
      before = before.then(() => this.#convert(batch)).finally(() => this.#over(batch));
      for (const object of batch) this.#pending.set(object, before);
      waits.add(before);
    }
    return waits.size > 0 ? Promise.all(waits).then(() => {}) : undefined;
  }

  async #convert(batch: readonly KubeObject[]): Promise<void> {
    const converted = await askConversion(this.#deps, this.#conversions, batch, this.#apiVersion);
    const now = this.#deps.clock.monotonic();
    for (const [i, object] of batch.entries()) {
      this.#conversions.keep(object, this.#apiVersion, converted[i] as KubeObject);
      this.#convertedAt.set(object, now);
    }
  }

  #over(batch: readonly KubeObject[]): void {
    for (const object of batch) this.#pending.delete(object);
  }
}

/** Objects of the same version, as many as are asked about at once. */
function* batchesOf(objects: Iterable<KubeObject>): Generator<KubeObject[]> {
  let batch: KubeObject[] = [];
  let bytes = 0;
  for (const object of objects) {
    const length = JSON.stringify(object).length;
    const isFull = batch.length === BATCH || bytes + length > BATCH_BYTES || object.apiVersion !== batch[0]?.apiVersion;
    if (batch.length > 0 && isFull) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(object);
    bytes += length;
  }
  if (batch.length > 0) yield batch;
}

/** Of a row; undefined: no webhook has a part in it. */
export function rowConversion(deps: ConversionDeps & { clock: Clock }, row: KindRow): RowConversion | undefined {
  const conversions = row.custom?.conversions;
  return conversions && new RowConversion(deps, conversions, apiVersionOf(row));
}

/**
 * What `work` gives, which looks at objects that are still being made in other versions: where one has not been converted it is, and the work is done again.
 * It must not have effects.
 */
export async function converting<T>(deps: ConversionDeps, work: () => T): Promise<T> {
  const forget: (() => void)[] = [];
  try {
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof NotConverted)) throw error;
        const { conversions, object, apiVersion } = error;
        const [converted] = await askConversion(deps, conversions, [object], apiVersion);
        if (converted) forget.push(conversions.keepDraft(object, apiVersion, converted));
      }
    }
  } finally {
    for (const each of forget) each();
  }
}
