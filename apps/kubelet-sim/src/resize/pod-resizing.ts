import type { Pod } from '@kubernats/api';
import type { Timer } from '@kubernats/clock';
import type { PodContext } from '../pod/pod-context.ts';
import type { PodEvents } from '../pod/pod-events.ts';
import { type PodRecord, partsOf, recordOf } from '../pod/record.ts';
import { resizeMessage, sameResources, withResourcesOf } from './allocated.ts';
import { isResized } from './resize-step.ts';

/** When it is tried again to give a Pod what others hold. */
const RETRY_MS = 10_000;

/** What a node gives a Pod of the resources that it asks for. Source: "Resize CPU and Memory Resources assigned to Containers", KEP-1287. */
export class PodResizing {
  readonly #context: Pick<PodContext, 'clock' | 'resizeProblem'>;
  readonly #record: PodRecord;
  readonly #events: Pick<PodEvents, 'ofPod'>;
  readonly #retry: () => void;
  #timer: Timer | undefined;

  /** `retry` is called when what was deferred may be there now. */
  constructor(
    context: Pick<PodContext, 'clock' | 'resizeProblem'>,
    record: PodRecord,
    events: Pick<PodEvents, 'ofPod'>,
    retry: () => void,
  ) {
    this.#context = context;
    this.#record = record;
    this.#events = events;
    this.#retry = retry;
  }

  /** The form in which a Pod lives on its node: as it is asked for (`next`), or with the resources of `now` where there are no others. */
  allocate(next: Pod, now: Pod): Pod {
    const record = this.#record;
    const before = record.resizePending;
    this.#timer?.cancel();
    record.resizePending = sameResources(next, now) ? undefined : this.#context.resizeProblem(next);
    const { resizePending } = record;
    if (resizePending) {
      const { reason, message } = resizePending;
      if (before?.message !== message) {
        this.#events.ofPod('Warning', `Resize${reason}`, resizeMessage(`Pod resize ${reason}`, next, message));
      }
      if (reason === 'Deferred') this.#timer = this.#context.clock.setTimer(RETRY_MS, this.#retry);
      return withResourcesOf(next, now);
    }
    if (!sameResources(next, now)) {
      record.isResizing = true;
      this.#events.ofPod('Normal', 'ResizeStarted', resizeMessage('Pod resize started', next));
    }
    return next;
  }

  /** Tells when all containers have what they were given. */
  tellOfEnd(pod: Pod): void {
    const record = this.#record;
    if (!record.isResizing) return;
    const isUnder = partsOf(pod).some(({ container }) => {
      const known = recordOf(record, container.name);
      return isResized(container, known) || known.exit?.startAgain !== undefined;
    });
    if (isUnder) return;
    record.isResizing = false;
    this.#events.ofPod('Normal', 'ResizeCompleted', resizeMessage('Pod resize completed', pod));
  }

  close(): void {
    this.#timer?.cancel();
  }
}
