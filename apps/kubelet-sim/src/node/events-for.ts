import type { EventRecorder } from '@kubernats/client';
import type { Fidelity } from './fidelity.ts';

const warningsOnly = new WeakMap<EventRecorder, EventRecorder>();

/** What becomes an event of a Pod or node of this fidelity: all of it, or, of what is only told and not wanted step by step, the trouble alone. */
export function eventsFor(fidelity: Fidelity, { events: steps }: { events: boolean }, recorder: EventRecorder): EventRecorder {
  if (fidelity === 'live' || steps) return recorder;
  let quiet = warningsOnly.get(recorder);
  if (!quiet) {
    quiet = {
      event: (about, type, ...rest) => void (type === 'Warning' && recorder.event(about, type, ...rest)),
      flush: () => recorder.flush(),
    };
    warningsOnly.set(recorder, quiet);
  }
  return quiet;
}
