import type { Container, CSIDriver, Node, Pod } from '@kubernats/api';
import { createClient, silentLog } from '@kubernats/client';
import { SteppedClock, seededRandom } from '@kubernats/clock';
import type { Mount } from '@kubernats/containers';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { VolumeSpaces } from '@kubernats/volumes';
import { PodSources } from '../src/sources/pod-sources.ts';
import { PodVolumes } from '../src/volumes/pod-volumes.ts';
import { NodeStorage } from '../src/volumes/storage/node-storage.ts';
import { openMounts } from '../src/volumes/storage/open-mounts.ts';
import type { VolumeDeps } from '../src/volumes/volume.ts';
import { FakeApi } from './fake-api.ts';
import { StorageFixture } from './storage.fixture.ts';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = async (files: Files | undefined, path: string): Promise<string> =>
  files ? new TextDecoder().decode(await files.read(path)) : 'no such volume';

/** A node with a small API, and the volumes of one Pod at a time. */
export class VolumesFixture {
  readonly clock = new SteppedClock();
  readonly api = new FakeApi(this.clock);
  readonly node = createMemoryFiles(this.clock);
  readonly outside = new StorageFixture(this.clock);
  readonly drivers = new Map<string, CSIDriver>();
  readonly client = createClient(this.api);
  readonly failures: string[] = [];
  /** `Reason: message` of what the Pod, or its claim, was told. */
  readonly told: string[] = [];
  readonly errors: unknown[] = [];
  /** How often the Pod was told that something may be there now. */
  changes = 0;
  readonly sources = new PodSources({
    transport: this.api,
    client: this.client,
    clock: this.clock,
    random: seededRandom(1),
    log: silentLog,
    onError: (error) => this.errors.push(error),
  });
  readonly #spaces = new VolumeSpaces();
  readonly #begun = new Map<string, PodVolumes>();
  storage = this.boot();
  pod: Pod = {};
  volumes: PodVolumes | undefined;

  get deps(): VolumeDeps {
    const { node, storage, client, clock, sources } = this;
    const allocatable = { cpu: '8', memory: '16Gi' };
    const place = { podIp: '10.244.0.5', hostIp: '10.0.0.1', nodeName: 'node1', allocatable };
    return { node, tree: async () => node, nodeName: 'node1', missingHostPaths: 'wait', storage, client, clock, sources, place };
  }

  /** What a kubelet that starts knows of storage: nothing. */
  boot(nodeName = 'node1', disk: Files = this.node): NodeStorage {
    const { client, api, clock, drivers, outside } = this;
    const { backends, files } = outside;
    const tree = async () => disk;
    const storage: NodeStorage = new NodeStorage({
      ...{ nodeName, backends, client, driver: (name) => drivers.get(name) },
      openMounts: () =>
        openMounts({ ...{ nodeName, tree, disk, backends, clock }, storage: files, spaces: this.#spaces, missingHostPaths: 'wait' }),
      node: () => api.get<Node>('nodes', nodeName),
      report: async () => {
        const found = api.get<Node>('nodes', nodeName);
        const status = { ...found?.status, volumesInUse: storage.inUse };
        api.put('nodes', { ...found, metadata: { name: nodeName, ...found?.metadata }, status } as Node);
      },
    });
    return storage;
  }

  /** The kubelet's process ends, and another one starts: the files are what is left. */
  async restart(): Promise<void> {
    for (const volumes of this.#begun.values()) await volumes.close();
    this.#begun.clear();
    this.storage = this.boot();
  }

  /** The Node has changed, and the kubelet hears of it. */
  sawNode(): void {
    const node = this.api.get<Node>('nodes', 'node1');
    if (node) this.storage.sawNode(node);
  }

  /** Prepares the volumes of one of several Pods; may be asked again. */
  async begin(pod: Pod, deps: VolumeDeps = this.deps): Promise<PodVolumes> {
    const uid = pod.metadata?.uid ?? '';
    const volumes = this.#begun.get(uid) ?? this.#volumesOf(() => pod);
    this.#begun.set(uid, volumes);
    await volumes.setUp(deps);
    return volumes;
  }

  /** What the Pod has of its volume `data`. */
  async filesOf(volumes: PodVolumes): Promise<Files> {
    const mounts = await volumes.mountsOf({ name: 'main', image: 'x', volumeMounts: [{ name: 'data', mountPath: '/data' }] }, {});
    const [mount] = mounts;
    if (!mount) throw new Error('the Pod has no volume data');
    return mount.files;
  }

  /** Prepares the volumes of a Pod, which takes the place of the one before. */
  async setUp(pod: Pod, deps: VolumeDeps = this.deps): Promise<PodVolumes> {
    this.pod = pod;
    this.volumes ??= this.#volumesOf(() => this.pod);
    await this.volumes.setUp(deps);
    return this.volumes;
  }

  #volumesOf(pod: () => Pod): PodVolumes {
    return new PodVolumes({
      log: silentLog,
      pod,
      changed: () => {
        this.changes += 1;
      },
      failed: (message) => this.failures.push(message),
      tell: (reason, message, claim) => this.told.push(`${claim ? 'claim ' : ''}${reason}: ${message}`),
    });
  }

  /** The Pod is another one now. */
  update(pod: Pod): void {
    const before = this.pod;
    this.pod = pod;
    this.volumes?.podChanged(before);
  }

  mounts(container: Container, env: Record<string, string> = {}): Promise<Mount[]> {
    return this.volumes?.mountsOf(container, env) ?? Promise.resolve([]);
  }

  /** The files of the one volume that a container mounts. */
  async only(name: string, part: object = {}): Promise<Files | undefined> {
    const mounts = await this.mounts({ name: 'main', image: 'x', volumeMounts: [{ name, mountPath: '/m', ...part }] });
    return mounts[0]?.files;
  }

  put(resource: 'configmaps' | 'secrets', name: string, data: Record<string, string>, more: object = {}): void {
    const stored = resource === 'secrets' ? Object.fromEntries(Object.entries(data).map(([key, value]) => [key, btoa(value)])) : data;
    this.api.put(resource, { metadata: { name, namespace: 'default' }, ...{ data: stored, ...more } });
  }

  async until(look: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await look())) await new Promise((resolve) => setImmediate(resolve));
  }
}
