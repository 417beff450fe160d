import type { Plugin, Refusal, Reservation } from './plugin.ts';
import { PluginError } from './plugin-error.ts';

/** What plug-ins set aside for one Pod. */
export class Reservations {
  readonly #all = new Map<Plugin, Reservation>();
  /** Why the Pod may not go to the node after all; nothing is set aside then. */
  readonly refusal: Refusal | undefined;

  /** Asks each plug-in. What one throws is thrown, when the others have taken back what they set aside. */
  constructor(plugins: readonly Plugin[], ask: (plugin: Plugin) => ReturnType<NonNullable<Plugin['reserve']>>) {
    for (const plugin of plugins) {
      const answer = this.#asked(plugin, ask);
      if (!answer) continue;
      if (!('refusal' in answer)) {
        this.#all.set(plugin, answer);
        continue;
      }
      this.refusal = { ...answer.refusal, plugin: plugin.name };
      this.unreserve();
      return;
    }
  }

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  of(plugin: Plugin): Reservation | undefined {
    return this.#all.get(plugin);
  }

  /** The Pod does not go there: the last that set something aside is the first to give it back. */
  unreserve(): void {
    for (const reservation of [...this.#all.values()].reverse()) reservation.unreserve?.();
    this.#all.clear();
  }

  #asked(plugin: Plugin, ask: (plugin: Plugin) => ReturnType<NonNullable<Plugin['reserve']>>) {
    try {
      return ask(plugin);
    } catch (error) {
      this.unreserve();
      throw failedAt('Reserve', plugin, error);
    }
  }
}

/** Kube-scheduler's words for a plug-in that failed where a Pod is on its way to one node. */
export const failedAt = (point: 'Reserve' | 'Permit' | 'PreBind' | 'Bind', { name }: Plugin, cause: unknown): PluginError =>
  new PluginError(name, `running ${point} plugin "${name}": ${messageOf(cause)}`, cause);

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
