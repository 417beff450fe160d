import type { Plugin, Refusal } from '../framework/plugin.ts';
import type { Profile } from '../framework/profile.ts';
import { failedAt, type Reservations } from '../framework/reservations.ts';
import type { WaitingPods } from '../framework/waiting-pods.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';

/** A Pod on its way to the node that it was given. */
export interface Journey {
  readonly info: PodInfo;
  readonly node: NodeInfo;
  readonly profile: Profile;
  readonly reservations: Reservations;
}

/** A plug-in says that the Pod may not go to its node after all. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.reasons.join(', '));
    this.refusal = refusal;
  }
}

/** The plug-ins that hold the Pod up, with how long they do at most. Throws `Refused` or `PluginError`. */
export function permit({ info, node, profile }: Journey): Map<string, number> {
  const heldBy = new Map<string, number>();
  for (const plugin of profile.permit) {
    const answer = asked('Permit', plugin, () => plugin.permit?.(info, node) ?? 'allow');
    if (answer === 'allow') continue;
    if ('refusal' in answer) throw new Refused({ ...answer.refusal, plugin: plugin.name });
    heldBy.set(plugin.name, answer.waitMs);
  }
  return heldBy;
}

/** Whether there is something to be done before the Pod can be bound. */
export const isToBePrepared = ({ profile, reservations }: Journey): boolean =>
  profile.preBind.some((plugin) => plugin.preBind !== undefined || reservations.of(plugin)?.preBind !== undefined);

/** Waits until the Pod may go, and does what must be done before it is bound. Throws `Refused` or `PluginError`. */
export async function prepare(
  journey: Journey,
  heldBy: ReadonlyMap<string, number>,
  waiting: WaitingPods,
  signal: AbortSignal,
): Promise<void> {
  const { info, node, profile, reservations } = journey;
  const refusal = heldBy.size === 0 ? undefined : await waiting.wait(info, node.name, heldBy, signal);
  if (refusal) throw new Refused(refusal);
  for (const plugin of profile.preBind) {
    const reserved = reservations.of(plugin)?.preBind;
    await awaited('PreBind', plugin, async () => (reserved ? reserved(signal) : plugin.preBind?.(info, node, signal)));
  }
}

/** Binds the Pod. Throws `PluginError`. */
export async function bind({ info, node, profile }: Journey, signal: AbortSignal): Promise<void> {
  for (const plugin of profile.bind) {
    const answer = await awaited('Bind', plugin, async () => plugin.bind?.(info, node, signal) ?? 'skip');
    if (answer === 'bound') return;
  }
  throw new Error('no Bind plugin has bound the Pod');
}

/** Tells plug-ins that the Pod is bound; what they throw changes nothing about that. */
export function postBind({ info, node, profile }: Journey, onFailure: (plugin: string, error: unknown) => void): void {
  for (const plugin of profile.postBind) {
    try {
      plugin.postBind?.(info, node);
    } catch (error) {
      onFailure(plugin.name, error);
    }
  }
}

type Point = Parameters<typeof failedAt>[0];

function asked<T>(point: Point, plugin: Plugin, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    throw failedAt(point, plugin, error);
  }
}

async function awaited<T>(point: Point, plugin: Plugin, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw failedAt(point, plugin, error);
  }
}
