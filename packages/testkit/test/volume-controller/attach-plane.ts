import {
  CoreEvents,
  type Node,
  Nodes,
  PersistentVolumeClaims,
  PersistentVolumes,
  type Pod,
  Pods,
  type VolumeAttachment,
  VolumeAttachments,
} from '@kubernats/api';
import { API_SERVER_USER, createApiServer } from '@kubernats/apiserver';
import { API_SERVER_IDENTITY } from '@kubernats/bus';
import { type Client, createClient, createInformerSet, silentLog } from '@kubernats/client';
import { type Random, SteppedClock, seededIds, seededRandom } from '@kubernats/clock';
import { isConflict, isNotFound } from '@kubernats/errors';
import { createMemoryFiles } from '@kubernats/files';
import { createVolumeController } from '@kubernats/volume-controller';
import { createBackends } from '@kubernats/volumes';
import { memoryBackbone } from '../../src/backbone.ts';
import { mortalTransport } from '../mortal-transport.ts';
import { FakeDisks } from './fake-disks.ts';
import { claim, volume } from './objects.ts';

const RESOURCES = ['nodes', 'persistentvolumes', 'volumeattachments'];
export const DRIVER = 'disks.example.com';
export const keyOf = (name: string): string => `kubernetes.io/csi/${DRIVER}^${name}`;

/** An API server, one volume-controller, disks that can be attached, and nodes that are played by the test, on a clock that stands still between steps. */
export interface AttachPlane extends AsyncDisposable {
  readonly clock: SteppedClock;
  readonly random: Random;
  readonly client: Client;
  readonly disks: FakeDisks;
  readonly nodes: ReadonlyMap<string, PlayedNode>;
  /** A claim of this name, with its volume. */
  addDisk(name: string, accessModes?: string[]): Promise<void>;
  addPod(name: string, node: string, disk: string): Promise<void>;
  deletePod(name: string): Promise<void>;
  pods(): Promise<Pod[]>;
  attachments(): Promise<VolumeAttachment[]>;
  node(name: string): Promise<Node>;
  /** What Pods were told, as `pod: reason message`. */
  told(): Promise<string[]>;
  /** Until nobody has anything to do now. */
  settle(ms?: number): Promise<void>;
  /** What controllers wrote of attaching, as `verb resource`. */
  readonly written: readonly string[];
  /** The controller's write of this number from now on is its last; `answered`: it gets through, and only its answer is lost. */
  failAt(write: number, answered: boolean): void;
  /** The controller dies, and another begins with nothing but what the API says. */
  restart(): Promise<void>;
}

/** A node as the kubelet keeps to the protocol: it says that it uses a volume before it looks whether it has it. */
export class PlayedNode {
  readonly name: string;
  readonly #client: Client;
  readonly #disks: FakeDisks;
  isOn = true;

  constructor(name: string, client: Client, disks: FakeDisks) {
    this.name = name;
    this.#client = client;
    this.#disks = disks;
  }

  /** Mounts and unmounts as the Pods of the node are now; Pods that are to go go once they are unmounted. */
  async work(): Promise<void> {
    if (!this.isOn) return;
    const { items } = await this.#client.kind(Pods).list({ fieldSelector: `spec.nodeName=${this.name}` });
    const wanted = new Set(items.filter(({ metadata }) => !metadata?.deletionTimestamp).map(diskOf));
    for (const disk of this.#disks.mountedOn(this.name)) if (!wanted.has(disk)) this.#disks.unmount(disk, this.name);
    await this.#say(wanted);
    for (const disk of wanted) if (await this.#mayMount(disk)) this.#disks.mount(disk, this.name);
    for (const { metadata } of items.filter((pod) => pod.metadata?.deletionTimestamp)) {
      await ignoringGone(this.#client.kind(Pods).delete(metadata?.name ?? '', 'default', { gracePeriodSeconds: 0 }));
    }
  }

  async turn(on: boolean): Promise<void> {
    this.isOn = on;
    if (!on) for (const disk of this.#disks.mountedOn(this.name)) this.#disks.unmount(disk, this.name);
    const conditions = [{ type: 'Ready', status: on ? 'True' : 'Unknown' }];
    await this.#client.kind(Nodes).patch(this.name, undefined, 'strategic', { status: { conditions } }, { subresource: 'status' });
  }

  async setOutOfService(out: boolean): Promise<void> {
    const taints = out ? [{ key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }] : null;
    await this.#client.kind(Nodes).patch(this.name, undefined, 'merge', { spec: { taints } });
  }

  async #say(disks: ReadonlySet<string>): Promise<void> {
    const status = { volumesInUse: [...disks].map(keyOf) };
    await this.#client.kind(Nodes).patch(this.name, undefined, 'merge', { status }, { subresource: 'status' });
  }

  async #mayMount(disk: string): Promise<boolean> {
    const { status } = await this.#client.kind(Nodes).get(this.name);
    if (!status?.volumesAttached?.some(({ name }) => name === keyOf(disk))) return false;
    const { items } = await this.#client.kind(VolumeAttachments).list();
    const own = items.find(({ spec }) => spec.nodeName === this.name && spec.source.persistentVolumeName === disk);
    return own?.status?.attached === true && own.metadata?.deletionTimestamp === undefined;
  }
}

const diskOf = ({ spec }: Pod): string =>
  spec?.volumes?.find(({ persistentVolumeClaim }) => persistentVolumeClaim)?.persistentVolumeClaim?.claimName ?? '';

export async function ignoringGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}

export interface AttachPlaneOptions {
  seed?: number;
  nodes?: readonly string[];
  disableForceDetachOnTimeout?: boolean;
}

export async function startAttachPlane({ seed = 1, nodes = ['node1', 'node2'], ...config }: AttachPlaneOptions = {}): Promise<AttachPlane> {
  await using cleanup = new AsyncDisposableStack();
  const clock = new SteppedClock();
  const random = seededRandom(seed);
  const common = { cluster: 'default', clock, ids: seededIds(random), random };
  const backbone = cleanup.use(memoryBackbone({ ...common, onError: () => {} }));
  const bus = await backbone.connect(API_SERVER_IDENTITY);
  cleanup.defer(() => bus.close());
  const api = cleanup.use(createApiServer({ ...common, bus, stores: backbone.stores, log: silentLog }));
  await api.ready;
  const transport = api.transportFor({ ...API_SERVER_USER, name: 'admin', groups: ['system:masters'] });
  const client = createClient(transport);
  const disks = new FakeDisks(clock, random, DRIVER);
  const played = new Map(nodes.map((name) => [name, new PlayedNode(name, client, disks)]));
  for (const name of nodes) await client.kind(Nodes).create(nodeObject(name));
  const written: string[] = [];
  const storage = createMemoryFiles(clock);
  let controller = await startController();
  cleanup.defer(() => controller.stop());
  const all = cleanup.move();

  const plane: AttachPlane = {
    ...{ clock, random, client, disks, nodes: played, written },
    async addDisk(name, accessModes = ['ReadWriteOnce']) {
      const csi = { driver: DRIVER, volumeHandle: name };
      const spec = { accessModes, hostPath: undefined, csi, claimRef: { namespace: 'default', name } };
      await client.kind(PersistentVolumes).create(volume(name, '1Gi', spec));
      await client.kind(PersistentVolumeClaims).create(claim(name, '1Gi', { accessModes, volumeName: name }));
    },
    async addPod(name, node, disk) {
      await client.kind(Pods).create({
        metadata: { name, namespace: 'default' },
        spec: {
          nodeName: node,
          containers: [{ name: 'main', image: 'busybox' }],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: disk } }],
        },
      });
    },
    deletePod: (name) => ignoringGone(client.kind(Pods).delete(name, 'default')),
    pods: async () => (await client.kind(Pods).list()).items,
    attachments: async () => (await client.kind(VolumeAttachments).list()).items,
    node: (name) => client.kind(Nodes).get(name),
    async told() {
      const { items } = await client.kind(CoreEvents).list();
      const ofPods = items.filter(
        ({ involvedObject, source }) => involvedObject.kind === 'Pod' && source?.component === 'attachdetach-controller',
      );
      return ofPods.map(({ involvedObject, reason, message }) => `${involvedObject.name}: ${reason} ${message}`);
    },
    async settle(ms = 2_000) {
      for (let i = 0; i < 4; i++) {
        for (const node of played.values()) await node.work();
        await clock.advance(ms / 4);
      }
    },
    failAt: (write, answered) => controller.failAt(write, answered),
    async restart() {
      await controller.stop();
      controller = await startController();
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
  return plane;

  async function startController(): Promise<{ failAt(write: number, answered: boolean): void; stop(): Promise<void> }> {
    const mortal = mortalTransport(transport, ({ verb, resource }) => {
      const counts = verb !== 'get' && verb !== 'list' && RESOURCES.includes(resource);
      if (counts) written.push(`${verb} ${resource}`);
      return counts;
    });
    const informers = createInformerSet(mortal);
    const deps = { ...common, bus, client: createClient(mortal), informers, storage, backends: createBackends([disks.backend()]) };
    const started = createVolumeController(deps, { cluster: common.cluster, ...config });
    const stopping = new AbortController();
    const running = Promise.all([informers.run(stopping.signal), started.run(stopping.signal)]);
    await started.ready;
    return {
      failAt: mortal.failAt,
      async stop() {
        mortal.failAt(0, false);
        stopping.abort(new Error('the controller stops'));
        await clock.advance(1_000);
        await running;
      },
    };
  }
}

const nodeObject = (name: string): Node => ({
  metadata: { name, annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' } },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
});
