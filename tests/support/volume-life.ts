import {
  type KindRef,
  type KubeObject,
  type PersistentVolume,
  type PersistentVolumeClaim,
  PersistentVolumeClaims,
  type Pod,
  Pods,
  type VolumeAttachment,
} from '@kubernats/api';
import { isAlreadyExists, isNotFound, isRetryable } from '@kubernats/errors';
import { until } from './until.ts';
import type { WatchedVolumes } from './watched-volumes.ts';

const NAMESPACE = 'default';

/** What a claim's class is like. */
export interface LifeKind {
  /** Also the name of its class. */
  name: string;
  /** What becomes of the volume when the claim is gone. */
  policy: 'Delete' | 'Retain';
  attaches: boolean;
  /** Its second Pod comes to another node than the first. */
  moves: boolean;
}

/**
 * The life of one claim: a Pod writes into its volume, another one reads that and writes as well, and then the claim goes. Every request is made again
 * until it is answered, as people and programs do.
 */
export class VolumeLife {
  readonly name: string;
  readonly kind: LifeKind;
  /** The name of its volume, once it had one. */
  volumeName = '';
  /** What the second Pod found, with what it wrote itself. */
  read = '';
  readonly #watched: WatchedVolumes;

  constructor(name: string, kind: LifeKind, watched: WatchedVolumes) {
    this.name = name;
    this.kind = kind;
    this.#watched = watched;
  }

  get claim(): PersistentVolumeClaim | undefined {
    return this.#watched.claims.get(this.name, NAMESPACE);
  }

  get volume(): PersistentVolume | undefined {
    return this.#watched.volumes.list().find(({ spec }) => spec?.claimRef?.name === this.name);
  }

  get attachment(): VolumeAttachment | undefined {
    const volume = this.volume?.metadata?.name;
    return this.#watched.attachments.list().find(({ spec }) => volume !== undefined && spec.source.persistentVolumeName === volume);
  }

  get pods(): Pod[] {
    return ['first', 'second'].flatMap((which) => this.#watched.pods.get(`${this.name}-${which}`, NAMESPACE) ?? []);
  }

  /** A claim, and a Pod that writes into its volume. */
  async begin(): Promise<void> {
    await this.#create(PersistentVolumeClaims, {
      metadata: { name: this.name, namespace: NAMESPACE },
      spec: { storageClassName: this.kind.name, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
    });
    await this.#startPod('first', 'node1');
    await this.#watched.until(() => this.claim?.status?.phase === 'Bound');
    this.volumeName = this.claim?.spec?.volumeName ?? '';
  }

  /** Another Pod takes the first one's place, on another node where its kind allows that. */
  async move(): Promise<void> {
    await this.#delete(Pods, `${this.name}-first`);
    const pod = await this.#startPod('second', 'node2');
    this.read = pod.status?.initContainerStatuses?.[0]?.state?.terminated?.message ?? '';
  }

  /** Resolves when the Pod and the claim are gone, and so is the volume, or it is kept for its administrator. */
  async end(): Promise<void> {
    await this.#delete(Pods, `${this.name}-second`);
    await this.#delete(PersistentVolumeClaims, this.name);
    await this.#watched.until(() => this.pods.length === 0 && !this.claim);
    await this.#watched.until(() =>
      this.kind.policy === 'Delete' ? !this.volume : this.volume?.status?.phase === 'Released' && !this.attachment,
    );
  }

  async #startPod(which: 'first' | 'second', nodeName: string): Promise<Pod> {
    const name = `${this.name}-${which}`;
    const volumeMounts = [{ name: 'data', mountPath: '/data' }];
    const script = `echo ${name} >> /data/owner && cat /data/owner > /dev/termination-log`;
    await this.#create(Pods, {
      metadata: { name, namespace: NAMESPACE },
      spec: {
        ...(this.kind.moves && { nodeSelector: { 'kubernetes.io/hostname': nodeName } }),
        initContainers: [{ name: 'write', image: 'busybox', command: ['sh', '-c', script], volumeMounts }],
        containers: [{ name: 'stay', image: 'pause', volumeMounts }],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: this.name } }],
      },
    });
    let pod: Pod | undefined;
    await this.#watched.until(() => {
      pod = this.#watched.pods.get(name, NAMESPACE);
      return pod?.status?.phase === 'Running';
    });
    return pod as Pod;
  }

  async #create<T extends KubeObject>(kind: KindRef<T>, object: T): Promise<void> {
    await answered(() => this.#watched.client.kind(kind).create(object), isAlreadyExists);
  }

  async #delete<T extends KubeObject>(kind: KindRef<T>, name: string): Promise<void> {
    await answered(() => this.#watched.client.kind(kind).delete(name, NAMESPACE), isNotFound);
  }
}

/** Asks until there is an answer; `isDone` tells the errors that say that an earlier try has done it. */
export function answered(ask: () => Promise<unknown>, isDone: (error: unknown) => boolean): Promise<boolean> {
  return until(async () => {
    try {
      await ask();
      return true;
    } catch (error) {
      if (isDone(error)) return true;
      if (isRetryable(error)) return false;
      throw error;
    }
  });
}
