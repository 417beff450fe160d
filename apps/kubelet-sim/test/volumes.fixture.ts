import type { Container, Pod } from '@kubernats/api';
import { createClient, silentLog } from '@kubernats/client';
import { SteppedClock, seededRandom } from '@kubernats/clock';
import type { Mount } from '@kubernats/containers';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { PodSources } from '../src/sources/pod-sources.ts';
import { PodVolumes } from '../src/volumes/pod-volumes.ts';
import type { VolumeDeps } from '../src/volumes/volume.ts';
import { FakeApi } from './fake-api.ts';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = async (files: Files | undefined, path: string): Promise<string> =>
  files ? new TextDecoder().decode(await files.read(path)) : 'no such volume';

/** A node with a small API, and the volumes of one Pod at a time. */
export class VolumesFixture {
  readonly clock = new SteppedClock();
  readonly api = new FakeApi(this.clock);
  readonly node = createMemoryFiles(this.clock);
  readonly shared = createMemoryFiles(this.clock);
  readonly client = createClient(this.api);
  readonly failures: string[] = [];
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
  pod: Pod = {};
  volumes: PodVolumes | undefined;

  get deps(): VolumeDeps {
    const { node, shared, client, clock, sources } = this;
    const allocatable = { cpu: '8', memory: '16Gi' };
    const place = { podIp: '10.244.0.5', hostIp: '10.0.0.1', nodeName: 'node1', allocatable };
    return { node, tree: async () => node, nodeName: 'node1', missingHostPaths: 'wait', shared, client, clock, sources, place };
  }

  /** Prepares the volumes of a Pod, which takes the place of the one before. */
  async setUp(pod: Pod, deps: VolumeDeps = this.deps): Promise<PodVolumes> {
    this.pod = pod;
    this.volumes ??= new PodVolumes({
      log: silentLog,
      pod: () => this.pod,
      changed: () => {
        this.changes += 1;
      },
      failed: (message) => this.failures.push(message),
    });
    await this.volumes.setUp(deps);
    return this.volumes;
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
