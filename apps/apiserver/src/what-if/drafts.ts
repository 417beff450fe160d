import { type KindRow, kindByResource, type Pod, type PodSpec, type Volume } from '@kubernats/api';
import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import type { Core } from '../core.ts';
import { dryRun } from './dry-run.ts';
import type { ManifestObject } from './manifest.ts';
import { Priorities } from './priorities.ts';
import type { Wanted } from './workload-kinds.ts';

/** Makes Pods of the templates of one manifest. */
export class PodDrafts {
  readonly #core: Core;
  readonly #call: Call;
  readonly #note: (note: string) => void;
  readonly #priorities: Priorities;
  /** The claims of the manifest, as `namespace/name`. */
  readonly #claims: ReadonlySet<string>;

  constructor(core: Core, call: Call, objects: readonly ManifestObject[], note: (note: string) => void) {
    this.#core = core;
    this.#call = call;
    this.#note = note;
    this.#priorities = new Priorities(objects);
    const claims = objects.filter(({ row }) => row.group === '' && row.plural === 'persistentvolumeclaims');
    this.#claims = new Set(claims.map(({ object: { metadata } }) => `${metadata.namespace}/${metadata.name}`));
  }

  /** One of the Pods, as the API server would create it under this name. Throws what it would answer. */
  async admitted(
    title: string,
    { template: { metadata, spec = { containers: [] } }, claimed }: Wanted,
    { metadata: identity }: Held,
  ): Promise<Pod> {
    const known = this.#priorities.of(spec);
    const volumes = this.#volumesOf(title, spec, claimed ?? [], identity.namespace ?? '');
    const draft: Held & Pod = {
      metadata: { ...metadata, name: undefined, ...identity },
      spec: { ...(known?.spec ?? spec), ...(volumes.length > 0 && { volumes }) },
    };
    const pod: Pod = await dryRun(this.#core, this.#call, podRow(), draft, false);
    return { ...pod, spec: { containers: [], ...pod.spec, ...known?.gets } };
  }

  /** Claims that come with the manifest are not there: their volumes are taken to be wherever the Pod goes. */
  #volumesOf(title: string, { volumes = [] }: PodSpec, claimed: readonly string[], namespace: string): Volume[] {
    const taken = (claim: string, volume: string): Volume => {
      this.#note(`${title}: the claim ${claim} is not there yet, and is taken to be bound wherever a Pod goes`);
      return { name: volume, emptyDir: {} };
    };
    const own = volumes.filter(({ name }) => !claimed.includes(name));
    const kept = own.map((volume) => {
      const claim = volume.persistentVolumeClaim?.claimName;
      return claim !== undefined && this.#claims.has(`${namespace}/${claim}`) ? taken(claim, volume.name) : volume;
    });
    return [...kept, ...claimed.map((name) => taken(name, name))];
  }
}

function podRow(): KindRow {
  const row = kindByResource('', 'v1', 'pods');
  if (!row) throw new Error('the table of kinds has no Pods');
  return row;
}
