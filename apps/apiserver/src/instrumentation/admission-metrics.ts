import type { Clock } from '@kubernats/clock';
import type { AdmissionPlugin } from '../admission/admission.ts';
import type { Histogram } from './families.ts';
import type { Instruments } from './instruments.ts';

const BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 2.5] as const;

type Step = 'admit' | 'validate';
type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

/** The same plug-in, with a watch on how long it takes. Source: `apiserver_admission_controller_admission_duration_seconds`. */
export function measuredPlugin(instruments: Instruments, clock: Clock, plugin: AdmissionPlugin): AdmissionPlugin {
  const durations = instruments.histogram(
    'apiserver_admission_controller_admission_duration_seconds',
    'Admission controller latency histogram in seconds, identified by name and broken out for each operation and API resource and type (validate or admit).',
    ['name', 'type', 'operation', 'rejected'],
    BUCKETS,
  );
  const seriesOf = (type: Step, operation: Operation, rejected: boolean) =>
    durations.series(plugin.name, type, operation, String(rejected));
  // Nearly all of them pass, and there are many of them in a write: these are kept at hand.
  const passed: Record<Step, Partial<Record<Operation, Histogram>>> = { admit: {}, validate: {} };
  const measure = <R>(type: Step, operation: Operation, run: () => R): R => {
    const begun = clock.monotonic();
    const done = (rejected: boolean) => {
      const seconds = (clock.monotonic() - begun) / 1000;
      if (rejected) seriesOf(type, operation, true).observe(seconds);
      else (passed[type][operation] ??= seriesOf(type, operation, false)).observe(seconds);
    };
    try {
      const result = run();
      if (result instanceof Promise) {
        result.then(
          () => done(false),
          () => done(true),
        );
      } else done(false);
      return result;
    } catch (error) {
      done(true);
      throw error;
    }
  };
  const { mutate, validate } = plugin;
  const measured: AdmissionPlugin = { ...plugin };
  if (mutate) measured.mutate = (...args) => measure('admit', operationOf(args[2], args[3]), () => mutate.apply(plugin, args));
  if (validate) measured.validate = (...args) => measure('validate', operationOf(args[2], args[3]), () => validate.apply(plugin, args));
  return measured;
}

function operationOf(draft: unknown, old: unknown): Operation {
  if (draft === undefined) return 'DELETE';
  return old === undefined ? 'CREATE' : 'UPDATE';
}
