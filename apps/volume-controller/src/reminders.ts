import { type PersistentVolumeClaim, PersistentVolumeClaims } from '@kubernats/api';
import { type EventRecorder, keyOf, referenceTo } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import type { Note } from './claim/decide.ts';

/** How long until a claim that waits is told so again. As in kube-controller-manager. */
export const REMIND_MS = 15_000;

/** Tells claims why they wait: at once when the reason is another one, and else every 15 seconds, however often they are looked at. */
export class Reminders {
  readonly #told = new Map<string, { message: string; at: number }>();
  readonly #events: EventRecorder;
  readonly #clock: Clock;

  constructor(events: EventRecorder, clock: Clock) {
    this.#events = events;
    this.#clock = clock;
  }

  tell(claim: PersistentVolumeClaim, { type, reason, message }: Note): void {
    const [key, now] = [keyOf(claim), this.#clock.monotonic()];
    const told = this.#told.get(key);
    if (told?.message === message && now - told.at < REMIND_MS) return;
    this.#told.set(key, { message, at: now });
    this.#events.event(referenceTo(PersistentVolumeClaims, claim), type, reason, message);
  }

  /** The claim waits no longer. */
  forget(key: string): void {
    this.#told.delete(key);
  }
}
