import { type Clock, settledWithin } from '@kubernats/clock';
import { inFull, inShort } from '@kubernats/errors';
import type { Containment } from '@kubernats/errors/containment';
import { PluginError } from '../framework/plugin-error.ts';

/** A call that takes longer will not end. As long as Pods wait for their volumes. */
const PATIENCE_MS = 600_000;

/** Runs the code of somebody else's plug-in: whatever it throws is a `PluginError` that names the plug-in and its file. */
export class Guard {
  readonly plugin: string;
  readonly #file: string;
  readonly #inside: Containment;
  readonly #clock: Clock;
  readonly #onProblem: (problem: string) => void;

  constructor(plugin: string, file: string, inside: Containment, clock: Clock, onProblem: (problem: string) => void) {
    this.plugin = plugin;
    this.#file = file;
    this.#inside = inside;
    this.#clock = clock;
    this.#onProblem = onProblem;
  }

  /** `where`: kube-scheduler's words for the extension point; empty where they are added later. */
  call<T>(where: string, code: () => T): T {
    try {
      const answer = this.#inside.run(code);
      if (answer instanceof Promise) {
        answer.catch(() => {});
        throw new TypeError('it must answer at once, and gave a promise');
      }
      return answer;
    } catch (error) {
      throw this.#failed(where, error);
    }
  }

  async await<T>(code: () => Promise<T> | T): Promise<T> {
    const late = () => new Error(`it did not end within ${PATIENCE_MS / 1000} s`);
    try {
      return await settledWithin(
        PATIENCE_MS,
        this.#clock,
        this.#inside.run(async () => code()),
        late,
      );
    } catch (error) {
      throw this.#failed('', error);
    }
  }

  /** The plug-in gave what cannot be. */
  wrong(where: string, problem: string): PluginError {
    return this.#failed(where, new TypeError(problem));
  }

  #failed(where: string, error: unknown): PluginError {
    if (error instanceof PluginError) return error;
    this.#onProblem(inFull(error));
    return new PluginError(this.plugin, `${where}${where === '' ? '' : ': '}${this.#file}: ${inShort(error)}`, error);
  }
}
