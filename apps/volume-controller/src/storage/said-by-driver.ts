import type { EventRecorder } from '@kubernats/client';
import type { VolumeControllerContext } from '../context.ts';

/** How often what a back end could not do is tried again. Milliseconds; as the drivers' own programs do. */
export const BACKOFF = { baseMs: 1_000, maxMs: 300_000 };

/** Events of what in a real cluster is a program of each driver's own: said by its name. */
export function recordersByDriver(
  { recorder }: VolumeControllerContext,
  nameOf: (driver: string) => string,
): { of(driver: string): EventRecorder } {
  const recorders = new Map<string, EventRecorder>();
  return {
    of(driver) {
      let known = recorders.get(driver);
      if (!known) {
        known = recorder(nameOf(driver));
        recorders.set(driver, known);
      }
      return known;
    },
  };
}
