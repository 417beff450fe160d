import type { Unfit } from '../framework/decision.ts';
import type { VolumeWorld } from '../plugins/volume-needs.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';

/** What was decided for a Pod, and how to find out why. */
export interface DecisionRecord {
  info: PodInfo;
  timeMs: number;
  /** The snapshot's journal then: what follows came later. */
  changes: number;
  /** The volumes as the Pod's claims led to them; undefined: it has no claims. */
  volumes: VolumeWorld | undefined;
  outcome: { nodeName: string } | Pick<Unfit, 'message' | 'nominated'>;
}

const KEPT = 10_000;

/** The last decision about each Pod that is there, of so many Pods. */
export class Decisions {
  /** By the Pods' keys; the newest is the last. */
  readonly #records = new Map<string, DecisionRecord>();

  add(record: DecisionRecord): void {
    const { key } = record.info;
    this.#records.delete(key);
    this.#records.set(key, record);
    if (this.#records.size <= KEPT) return;
    const [oldest] = this.#records.keys();
    if (oldest !== undefined) this.#records.delete(oldest);
  }

  /** `uid`: a Pod of the same name that was there before is another one. */
  of(key: string, uid: string | undefined): DecisionRecord | undefined {
    const record = this.#records.get(key);
    return record?.info.pod.metadata?.uid === uid ? record : undefined;
  }

  forget(key: string): void {
    this.#records.delete(key);
  }
}
