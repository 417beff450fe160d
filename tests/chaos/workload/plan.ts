import type { Random } from '@kubernats/clock';
import { between, pick } from '../random.ts';
import type { Action, WorkloadStep } from './steps.ts';

/** Deployments, and how few replicas each may have. The first is behind the Service that is called all the time. */
export const DEPLOYMENTS = { front: 3, second: 0, third: 0 } as const;
export const REPLICAS_MOST = 8;

/** Classes of storage: a disk that follows the Pod, and a folder of the Pod's node. */
export const STORAGE = {
  disk: { provisioner: 'ebs.csi.aws.com', volumeBindingMode: 'Immediate' },
  folder: { provisioner: 'rancher.io/local-path', volumeBindingMode: 'WaitForFirstConsumer' },
} as const;

/** Deployments of one Pod or none that keep something in a claim, and the class of its storage. */
export const KEEPERS = { 'disk-1': 'disk', 'disk-2': 'disk', 'folder-1': 'folder', 'folder-2': 'folder' } as const;

/** StatefulSets whose ordinals keep something in a claim each, and the class of its storage. */
export const STATEFUL_SETS = { ordinal: 'disk' } as const;
const ORDINALS_MOST = 3;

const BETWEEN_MS = { 'config-maps': 150, deployments: 4000, keepers: 3000, services: 3000, 'stateful-sets': 5000 } as const;
/** So many are there at a time, and an older one goes for each that comes. */
const CONFIG_MAPS = 200;
const SERVICES = 8;

/** What users do, by time. */
export function planWorkload(random: Random, durationMs: number): WorkloadStep[] {
  const configMaps = new Names('entry', CONFIG_MAPS);
  const services = new Names('passing', SERVICES);
  let version = 1;
  let value = 0;
  const actions: { [Name in Action['activity']]: () => Action } = {
    'config-maps': () => {
      const verb = (['create', 'update', 'update', 'delete'] as const)[random.int(4)] ?? 'create';
      return { activity: 'config-maps', ...configMaps.next(random, verb), value: ++value };
    },
    deployments: () => {
      const name = pick(random, Object.keys(DEPLOYMENTS) as (keyof typeof DEPLOYMENTS)[]);
      if (random.int(3) === 0) return { activity: 'deployments', verb: 'roll', name, version: ++version };
      return { activity: 'deployments', verb: 'scale', name, replicas: between(random, { least: DEPLOYMENTS[name], most: REPLICAS_MOST }) };
    },
    keepers: () => ({ activity: 'keepers', verb: 'scale', name: pick(random, Object.keys(KEEPERS)), replicas: random.int(2) }),
    services: () => {
      const { verb, name } = services.next(random, random.int(2) === 0 ? 'create' : 'delete');
      return { activity: 'services', verb: verb === 'update' ? 'create' : verb, name };
    },
    'stateful-sets': () => ({
      ...{ activity: 'stateful-sets', verb: 'scale', name: pick(random, Object.keys(STATEFUL_SETS)) },
      replicas: between(random, { least: 0, most: ORDINALS_MOST }),
    }),
  };
  return Object.entries(actions)
    .flatMap(([activity, next]) => {
      const pauseMs = BETWEEN_MS[activity as Action['activity']];
      const steps: WorkloadStep[] = [];
      const pause = (): number => between(random, { least: Math.round(pauseMs / 2), most: Math.round(pauseMs * 1.5) });
      for (let atMs = pause(); atMs < durationMs; atMs += pause()) steps.push({ atMs, ...next() });
      return steps;
    })
    .sort((a, b) => a.atMs - b.atMs);
}

/** Names that come and go; none comes twice. */
class Names {
  readonly #prefix: string;
  readonly #most: number;
  readonly #there: string[] = [];
  #count = 0;

  constructor(prefix: string, most: number) {
    this.#prefix = prefix;
    this.#most = most;
  }

  /** As wanted, or what is possible: the first is created, and one too many is deleted. */
  next(random: Random, wanted: 'create' | 'update' | 'delete'): { verb: 'create' | 'update' | 'delete'; name: string } {
    const verb = this.#there.length === 0 ? 'create' : this.#there.length >= this.#most && wanted === 'create' ? 'delete' : wanted;
    if (verb === 'create') {
      const name = `${this.#prefix}-${++this.#count}`;
      this.#there.push(name);
      return { verb, name };
    }
    const at = random.int(this.#there.length);
    const name = this.#there[at] ?? '';
    if (verb === 'delete') this.#there.splice(at, 1);
    return { verb, name };
  }
}
