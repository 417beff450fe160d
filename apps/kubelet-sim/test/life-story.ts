// Tells the life of one Pod on a real kubelet (in memory, on a clock that is stepped): what happens to it, and what its status says then.
import type { ConfigMap, Container, Pod, PodSpec } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import { defineImage, type Image } from '@kubernats/containers';
import { expect } from 'vitest';
import type { KubeletSimConfig } from '../src/index.ts';
import { KubeletFixture } from './kubelet.fixture.ts';

/** A container with the program `actor`, or another. */
export const actor = (name: string, part: Partial<Container> = {}): Container => ({ name, image: 'actor', ...part });
export const sidecar = (name: string, image = 'polite'): Container => actor(name, { image, restartPolicy: 'Always' });

/** Rounds of the event loop in which everything that can happen has happened. */
const ROUNDS = 60;
const ROUNDS_MAX = 3000;

/** Programs that end when the story says so, by the name of their container. */
class Cast {
  readonly #ends = new Map<string, (code: number) => void>();
  /** `actor` dies of SIGTERM, `polite` ends with 0 then, `stubborn` does not listen. */
  readonly images: Image[] = (['actor', 'polite', 'stubborn'] as const).map((name) =>
    defineImage({
      names: [name],
      run: (context) =>
        new Promise<number>((resolve) => {
          this.#ends.set(context.container, resolve);
          if (name === 'polite') context.onSignal('SIGTERM', () => resolve(0));
          if (name === 'stubborn') context.onSignal('SIGTERM', () => {});
        }),
    }),
  );

  exit(container: string, code: number): void {
    const end = this.#ends.get(container);
    if (!end) throw new Error(`${container} does not run`);
    this.#ends.delete(container);
    end(code);
  }
}

export class LifeStory {
  readonly clock = new SteppedClock();
  readonly #cast = new Cast();
  readonly fixture = new KubeletFixture({ clock: this.clock, images: this.#cast.images });
  readonly #config: Partial<KubeletSimConfig>;

  constructor(config: Partial<KubeletSimConfig> = {}) {
    this.#config = config;
  }

  /**
   * Goes through a table, and compares after each of its lines: `what happens | phase | why it is not ready, or ready | containers`. In place
   * of a status: `gone` (the API has the Pod no more) or `as before`.
   */
  async tell(spec: Partial<PodSpec>, table: string, metadata: Pod['metadata'] = {}): Promise<void> {
    await this.fixture.start(this.#config);
    this.fixture.bind('web', { containers: [actor('main')], ...spec }, metadata);
    await this.#rounds(ROUNDS);
    let wanted = '';
    for (const line of table.split('\n').filter((each) => each.trim() !== '')) {
      const [happens = '', ...status] = line.split('|').map((cell) => cell.trim());
      await this.#happens(happens);
      await this.#rounds(ROUNDS);
      if (status[0] !== 'as before') wanted = status.join(' | ');
      for (let i = 0; i < ROUNDS_MAX && this.now() !== wanted; i += ROUNDS) await this.#rounds(ROUNDS);
      expect(this.now(), `when ${happens}`).toBe(wanted);
    }
  }

  /** Nothing of the Pod is left on its node: sockets, folders, workers. */
  async leavesNothing(): Promise<void> {
    await this.fixture.until(() => this.fixture.kubelet.node('node1')?.size === 0);
    expect(this.fixture.network.listening).toEqual([]);
    const disk = this.fixture.disk('node1');
    for (const folder of ['/var/lib/kubelet/pods', '/var/log/pods']) {
      expect((await disk.stat(folder)) ? await disk.list(folder) : []).toEqual([]);
    }
  }

  /** The Pod in one line. */
  now(): string {
    const pod = this.fixture.pod('web');
    if (!pod) return 'gone';
    const { phase, conditions = [] } = pod.status ?? {};
    const ready = conditions.find(({ type }) => type === 'Ready');
    const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
    const all = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
    const said = pod.status?.reason === undefined ? '' : ` (${pod.status.reason})`;
    const lines = all.map(({ name, state, restartCount }) => {
      const { running, waiting, terminated } = state ?? {};
      const does = running ? 'runs' : terminated ? `${terminated.reason} ${terminated.exitCode}` : (waiting?.reason ?? 'unknown');
      return `${name}: ${does}${restartCount > 0 ? ` ×${restartCount}` : ''}`;
    });
    return `${phase}${said} | ${ready?.status === 'True' ? 'ready' : (ready?.reason ?? '')} | ${lines.join(', ')}`;
  }

  async #happens(what: string): Promise<void> {
    const { api } = this.fixture;
    const words = (pattern: RegExp): string[] | undefined => pattern.exec(what)?.slice(1);
    const change = (part: Partial<Pod>): void => {
      const pod = this.fixture.pod('web');
      if (pod) api.put('pods', { ...pod, ...part });
    };
    const spec = (): PodSpec => this.fixture.pod('web')?.spec ?? { containers: [] };
    const exits = words(/^(\w+) exits (\d+)$/);
    const passes = words(/^([\d.]+) (s|min) pass(?:es)?$/);
    const deleted = words(/^it is deleted(?: again)? with (\d+) s$/);
    const image = words(/^(\w+) gets the image (\S+)$/);
    const debug = words(/^(\w+) is added to look into it$/);
    const gate = words(/^the gate (opens|closes)$/);
    const config = words(/^the ConfigMap (\w+) is made$/);
    const folder = words(/^the folder (\S+) is made$/);
    if (what === 'it comes to the node') return;
    if (exits) this.#cast.exit(exits[0] ?? '', Number(exits[1]));
    else if (passes) await this.clock.advance(Number(passes[0]) * (passes[1] === 'min' ? 60_000 : 1000));
    else if (deleted) api.deletePod('web', Number(deleted[0]));
    else if (what === 'it is deleted by force') api.deletePod('web', 0);
    else if (what === 'its kubelet is killed') await this.fixture.stop();
    else if (what === 'its kubelet starts again') await this.fixture.start(this.#config);
    else if (image) {
      change({
        spec: { ...spec(), containers: spec().containers.map((each) => (each.name === image[0] ? { ...each, image: image[1] } : each)) },
      });
    } else if (debug) {
      change({
        spec: { ...spec(), ephemeralContainers: [...(spec().ephemeralContainers ?? []), { name: debug[0] ?? '', image: 'actor' }] },
      });
    } else if (gate) {
      const { status } = this.fixture.pod('web') ?? {};
      const others = (status?.conditions ?? []).filter(({ type }) => type !== 'example.com/gate');
      change({
        status: { ...status, conditions: [...others, { type: 'example.com/gate', status: gate[0] === 'opens' ? 'True' : 'False' }] },
      });
    } else if (config) {
      const object: ConfigMap = { metadata: { name: config[0], namespace: 'default' } };
      api.put('configmaps', object);
    } else if (folder) await this.fixture.disk('node1').mkdir(folder[0] ?? '', { recursive: true });
    else throw new Error(`the story does not know how this goes: ${what}`);
  }

  async #rounds(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
  }
}
