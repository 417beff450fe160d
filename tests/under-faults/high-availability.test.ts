// Two or three of everything, as real processes, of which one after another is killed or paused under a load of writers and readers at both API servers.
import { type ConfigMap, ConfigMaps, type Deployment, Deployments, Leases, Pods, ReplicaSets } from '@kubernats/api';
import { createClient } from '@kubernats/client';
import { type Replica, type ReplicatedCluster, replicatedCluster } from '@kubernats/testing/replicated-cluster';
import { expect, test } from 'vitest';

const NAMESPACE = 'default';
const MAPS = { group: '', version: 'v1', resource: 'configmaps', namespace: NAMESPACE };
const WRITERS = 4;
const WRITES_AFTER = 40;
const MANAGER_LEASE = 'kube-controller-manager';
const seldom = { interval: 100 };

/** Writers and readers that go on with the other API server when one does not answer. */
class Load {
  /** By name, of what was acknowledged: its revision. */
  readonly acknowledged = new Map<string, number>();
  /** By API server: what its watch told of. */
  readonly watched: Map<string, number>[];
  /** What must never be. */
  readonly faults: string[] = [];
  readonly #maps;
  readonly #stop = new AbortController();
  readonly #stopWatching = new AbortController();
  readonly #work: Promise<unknown>;
  readonly #watches: Promise<unknown>;

  constructor({ apis }: ReplicatedCluster) {
    this.#maps = apis.map((api) => createClient(api).kind(ConfigMaps));
    this.watched = apis.map(() => new Map());
    const watches = apis.map((api, index) => {
      const see = ({ metadata: { name = '', resourceVersion } = {} }: ConfigMap): void => {
        const [before = 0, now] = [this.watched[index]?.get(name), Number(resourceVersion)];
        if (now < before) this.faults.push(`the watch at ${index} told of ${name} at ${now} after ${before}`);
        this.watched[index]?.set(name, now);
      };
      return api.follow(
        MAPS,
        { replace: (objects) => objects.forEach(see), changed: (_type, object) => see(object) },
        this.#stopWatching.signal,
      );
    });
    const writers = Array.from({ length: WRITERS }, (_, writer) => this.#write(writer));
    this.#watches = Promise.all(watches);
    this.#work = Promise.all([...writers, this.#read(apis)]);
  }

  /** Resolves when so many writes more were acknowledged. */
  async goesOn(): Promise<void> {
    const target = this.acknowledged.size + WRITES_AFTER;
    await expect.poll(() => this.acknowledged.size, seldom).toBeGreaterThan(target);
  }

  /** What was acknowledged and is not so in what was found. */
  missingIn(found: ReadonlyMap<string, number> | undefined): [string, number][] {
    return [...this.acknowledged].filter(([name, revision]) => found?.get(name) !== revision);
  }

  /** Resolves when all watches have told of everything that was acknowledged. */
  async end(): Promise<void> {
    this.#stop.abort();
    await this.#work;
    await expect.poll(() => this.watched.map((each) => this.missingIn(each)), seldom).toEqual(this.watched.map(() => []));
    this.#stopWatching.abort();
    await this.#watches;
  }

  /** What is not acknowledged counts for nothing; what is must be read by its writer at the other API server, too. */
  async #write(writer: number): Promise<void> {
    for (let n = 0; !this.#stop.signal.aborted; n++) {
      const [own, other] = writer % 2 === n % 2 ? this.#maps : [...this.#maps].reverse();
      const name = `w${writer}-${n}`;
      const made = await own?.create({ metadata: { name, namespace: NAMESPACE } }).catch(() => undefined);
      if (!made) continue;
      const revision = Number(made.metadata?.resourceVersion);
      this.acknowledged.set(name, revision);
      const read = await other?.get(name, NAMESPACE).catch((error: { code?: number }) => (error.code === 404 ? 'lost' : 'away'));
      const found = typeof read === 'object' ? Number(read.metadata?.resourceVersion) : read;
      if (found !== 'away' && found !== revision) this.faults.push(`${name}, written at ${revision}, is read as ${found}`);
    }
  }

  async #read(apis: ReplicatedCluster['apis']): Promise<void> {
    let last = 0;
    for (let n = 0; !this.#stop.signal.aborted; n++) {
      const answer = await apis[n % 2]?.request({ verb: 'list', ...MAPS, query: { limit: '1' } }).catch(() => undefined);
      if (answer?.code !== 200) continue;
      const revision = Number(JSON.parse(new TextDecoder().decode(answer.body)).metadata.resourceVersion);
      if (revision < last) this.faults.push(`a list at revision ${revision} follows one at ${last}`);
      last = revision;
    }
  }
}

const deployment = (name: string): Deployment => ({
  metadata: { name, namespace: NAMESPACE },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'web', image: 'kubernats/echo' }] },
    },
  },
});

test('R2: whatever is killed or paused, nothing acknowledged is lost, nothing goes back, and what is wanted comes about', async () => {
  await using cluster = await replicatedCluster();
  const clients = cluster.apis.map((api) => createClient(api));
  /** Asks one API server, and the other when that does not answer. */
  const ask = async <T>(what: (client: (typeof clients)[number]) => Promise<T>): Promise<T | undefined> => {
    for (const client of clients) {
      const answer = await what(client).catch(() => undefined);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
  const names: string[] = [];
  const deploy = async (name: string): Promise<void> => {
    names.push(name);
    await expect
      .poll(
        () =>
          ask((client) =>
            client
              .kind(Deployments)
              .create(deployment(name))
              .catch(() => client.kind(Deployments).get(name, NAMESPACE)),
          ),
        seldom,
      )
      .toBeDefined();
  };
  const readyOf = async (name: string): Promise<number> =>
    (await ask((client) => client.kind(Deployments).get(name, NAMESPACE)))?.status?.readyReplicas ?? 0;
  const comeAbout = () => expect.poll(() => Promise.all(names.map(readyOf)), seldom).toEqual(names.map(() => 2));
  const leader = async (): Promise<string> =>
    (await ask((client) => client.kind(Leases).get(MANAGER_LEASE, 'kube-system')))?.spec?.holderIdentity ?? '';
  await expect.poll(leader, seldom).not.toBe('');
  const load = new Load(cluster);
  await load.goesOn();

  // The leading controller-manager stands still while it has work to do; meanwhile an API server dies.
  const leads = await leader();
  const paused = cluster.replicas('controller-manager').find(({ name }) => name === leads) as Replica;
  await deploy('while-a-leader-is-paused');
  await paused.signal('SIGSTOP');
  const [apiServer] = cluster.replicas('apiserver');
  await apiServer?.signal('SIGKILL');
  await deploy('while-an-api-server-is-dead');
  await load.goesOn();
  await apiServer?.start();
  await expect.poll(leader, seldom).not.toBe(paused.name);
  await comeAbout();
  await paused.signal('SIGCONT');
  await expect.poll(() => paused.log(), seldom).toContain('lost the leadership');

  const nats = await cluster.nats.leaderOf('default', 'state');
  await nats.kill('SIGKILL');
  await deploy('while-the-stream-has-no-leader');
  await load.goesOn();
  await nats.start();
  await comeAbout();

  await load.end();
  expect(load.faults).toEqual([]);
  for (const [index, client] of clients.entries()) {
    const { items } = await client.kind(ConfigMaps).list({ namespace: NAMESPACE });
    const there = new Map(items.map(({ metadata: { name = '', resourceVersion } = {} }) => [name, Number(resourceVersion)]));
    expect({ index, lost: load.missingIn(there) }).toEqual({ index, lost: [] });
    // A leader that went on where it was would have made more than there are to be.
    const sets = (await client.kind(ReplicaSets).list({ namespace: NAMESPACE })).items.length;
    const pods = (await client.kind(Pods).list({ namespace: NAMESPACE })).items.length;
    expect({ sets, pods }).toEqual({ sets: names.length, pods: 2 * names.length });
  }
});
