import {
  ConfigMaps,
  Deployments,
  EndpointSlices,
  type KindRef,
  type KubeObject,
  Nodes,
  PersistentVolumeClaims,
  PersistentVolumes,
  Pods,
  Services,
  StatefulSets,
  VolumeAttachments,
} from '@kubernats/api';
import type { Client } from '@kubernats/client';
import { NAMESPACE } from '../workload/ask.ts';
import { isOf, type Observed, type ObservedKind, type ObservedOf, observe } from './observed.ts';
import type { Recorder } from './recorder.ts';

const KINDS: { [Kind in ObservedKind]: KindRef<KubeObject> } = {
  ConfigMap: ConfigMaps,
  Pod: Pods,
  Service: Services,
  EndpointSlice: EndpointSlices,
  PersistentVolume: PersistentVolumes,
  PersistentVolumeClaim: PersistentVolumeClaims,
  VolumeAttachment: VolumeAttachments,
  Deployment: Deployments,
  StatefulSet: StatefulSets,
  Node: Nodes,
};
const ALL = Object.entries(KINDS) as [ObservedKind, KindRef<KubeObject>][];

/** ConfigMaps of the run alone: others have no values. Of all other kinds everything is looked at, for an address is one in the whole cluster. */
const namespaceOf = (kind: ObservedKind): string | undefined => (kind === 'ConfigMap' ? NAMESPACE : undefined);

/** Follows all kinds from outside, as a client does whose connections break, and notes what it is told. */
export class Watches {
  readonly #recorder: Recorder;
  readonly #objects = new Map<string, Observed>();
  readonly #looks = new Set<() => void>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** Resolves after the signal. */
  async follow({ transport }: Client, ended: AbortSignal): Promise<void> {
    await Promise.all(
      ALL.map(([kind, { group, version, plural }]) =>
        transport.follow(
          { group, version, resource: plural, namespace: namespaceOf(kind) },
          {
            replace: (objects, revision) => this.#listed(kind, objects, Number(revision)),
            changed: (type, object) => this.#changed(type, observe(kind, object)),
          },
          ended,
        ),
      ),
    );
  }

  of<Kind extends ObservedKind>(kind: Kind): (Observed & ObservedOf<Kind>)[] {
    return [...this.#objects.values()].filter(isOf(kind));
  }

  /** Whether what was told is as new as what was listed. */
  haveSeen(objects: readonly Observed[]): boolean {
    return objects.every((object) => (this.#objects.get(keyOf(object))?.revision ?? 0) >= object.revision);
  }

  /** Resolves when it is so: true, or false when it never was within `patienceMs`. */
  until(isSo: () => boolean, patienceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (answer: boolean): void => {
        clearTimeout(timer);
        this.#looks.delete(look);
        resolve(answer);
      };
      const look = (): void => {
        if (isSo()) end(true);
      };
      const timer = setTimeout(() => end(isSo()), patienceMs);
      this.#looks.add(look);
      look();
    });
  }

  #listed(kind: ObservedKind, objects: readonly KubeObject[], revision: number): void {
    const listed = objects.map((object) => observe(kind, object));
    for (const [key, object] of this.#objects) if (object.kind === kind) this.#objects.delete(key);
    for (const object of listed) this.#objects.set(keyOf(object), object);
    this.#recorder.note({ what: 'watch-listed', kind, revision, objects: listed });
    this.#look();
  }

  #changed(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Observed): void {
    if (type === 'DELETED') this.#objects.delete(keyOf(object));
    else this.#objects.set(keyOf(object), object);
    this.#recorder.note({ what: 'watch-event', type, object });
    this.#look();
  }

  #look(): void {
    for (const look of [...this.#looks]) look();
  }
}

const keyOf = ({ kind, name }: Observed): string => `${kind} ${name}`;

/** All objects of all kinds, as the API lists them now. */
export async function listAll(client: Client): Promise<Observed[]> {
  const lists = ALL.map(async ([kind, ref]) => {
    const { items } = await client.kind(ref).list({ namespace: namespaceOf(kind) });
    return items.map((object) => observe(kind, object));
  });
  return (await Promise.all(lists)).flat();
}
