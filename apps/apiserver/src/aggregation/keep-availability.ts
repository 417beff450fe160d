import { type APIService, type EndpointSlice, serviceOfSlice } from '@kubernats/api';
import { copyJson } from '@kubernats/apimachinery';
import type { Timer } from '@kubernats/clock';
import { isNotFound } from '@kubernats/errors';
import type { Stored } from '../cache/stored.ts';
import { type Core, placeOfResource } from '../core.ts';
import { availabilityMetrics } from '../instrumentation/availability-metrics.ts';
import { ownCall } from '../own-call.ts';
import { type Change, modifyObject } from '../rest/modify-object.ts';
import { decideUpdate } from '../rest/update-object.ts';
import type { ExtensionClient } from './adapters/extension-client.ts';
import { type Availability, LOCAL, withAvailability } from './availability.ts';
import { checkExtension } from './check-extension.ts';
import { type Extension, extensionOf, isSameServer } from './extension.ts';
import type { Extensions } from './extensions.ts';

/** How often one that answers is asked again, and one that does not at last. */
const AGAIN_MS = 30_000;
/** How soon one that has failed is asked again; twice as late each time. */
const FIRST_RETRY_MS = 250;

/** One APIService that is being looked after. */
interface Watched {
  extension: Extension | undefined;
  timer: Timer | undefined;
  failures: number;
  isWorking: boolean;
  isDue: boolean;
}

/**
 * Keeps the condition Available of every APIService true: it is looked at when the APIService, its Service or the endpoints change, and else every 30 s. All
 * servers do so. Call the result to end. Source: kube-aggregator's availability controllers.
 */
export function keepAvailability(core: Core, extensions: Extensions, client: ExtensionClient): () => void {
  const keeper = new Keeper(core, extensions, client);
  const state = (group: string, resource: string) => core.streams.state.resource(group, resource);
  const ends = [
    placeOfResource(core, 'apiregistration.k8s.io', 'v1', 'apiservices').cache.observe((now, before) => keeper.changed(now, before)),
    state('', 'services').observe((now, before) => keeper.serviceChanged((now ?? before)?.id)),
    state('discovery.k8s.io', 'endpointslices').observe((now, before) => {
      if (keeper.isIdle) return;
      const slice = (now ?? before)?.object;
      if (slice) keeper.serviceChanged(serviceOfSlice(slice as EndpointSlice));
    }),
  ];
  return () => {
    for (const end of ends) end();
    keeper.stop();
  };
}

class Keeper {
  readonly #core: Core;
  readonly #extensions: Extensions;
  readonly #client: ExtensionClient;
  readonly #watched = new Map<string, Watched>();
  /** The names of those that a Service, NAMESPACE/NAME, is to serve. */
  readonly #byService = new Map<string, Set<string>>();
  readonly #stop = new AbortController();
  readonly #countUnavailable: (name: string, reason: string) => void;

  constructor(core: Core, extensions: Extensions, client: ExtensionClient) {
    this.#core = core;
    this.#extensions = extensions;
    this.#client = client;
    this.#countUnavailable = availabilityMetrics(core.instrumentation.instruments, extensions);
  }

  /** No Service is of interest. */
  get isIdle(): boolean {
    return this.#byService.size === 0;
  }

  changed(now: Stored | undefined, before: Stored | undefined): void {
    const name = (now ?? before)?.name ?? '';
    const old = this.#watched.get(name);
    if (old?.extension) this.#byService.get(idOf(old.extension))?.delete(name);
    if (old?.extension && this.#byService.get(idOf(old.extension))?.size === 0) this.#byService.delete(idOf(old.extension));
    if (!now) {
      old?.timer?.cancel();
      this.#watched.delete(name);
      this.#client.forget(name);
      return;
    }
    const extension = extensionOf(now.object as APIService);
    if (!extension) this.#client.forget(name);
    if (extension) {
      const names = this.#byService.get(idOf(extension)) ?? new Set();
      this.#byService.set(idOf(extension), names.add(name));
    } else if (!old && hasCondition(now.object as APIService, LOCAL)) return;
    const watched = old ?? { extension, timer: undefined, failures: 0, isWorking: false, isDue: false };
    this.#watched.set(name, watched);
    const isSame = old?.extension && extension && isSameServer(old.extension, extension);
    watched.extension = extension;
    // What this very loop has written is no reason to ask again.
    if (!isSame) this.#wake(name, watched);
  }

  serviceChanged(id: string | undefined): void {
    for (const name of this.#byService.get(id ?? '') ?? []) {
      const watched = this.#watched.get(name);
      if (watched) this.#wake(name, watched);
    }
  }

  stop(): void {
    this.#stop.abort(new Error('the server ends'));
    for (const { timer } of this.#watched.values()) timer?.cancel();
    this.#watched.clear();
  }

  #wake(name: string, watched: Watched): void {
    watched.isDue = true;
    watched.timer?.cancel();
    if (!watched.isWorking && !this.#stop.signal.aborted) void this.#work(name, watched);
  }

  async #work(name: string, watched: Watched): Promise<void> {
    watched.isWorking = true;
    // Observers are told of a change before everything follows from it.
    await Promise.resolve();
    while (watched.isDue && this.#isWatched(name, watched)) {
      watched.isDue = false;
      const isFine = await this.#look(name, watched.extension);
      watched.failures = isFine ? 0 : watched.failures + 1;
    }
    watched.isWorking = false;
    if (!this.#isWatched(name, watched)) return;
    if (!watched.extension && watched.failures === 0) return void this.#watched.delete(name);
    const backoffMs = Math.min(FIRST_RETRY_MS * 2 ** (watched.failures - 1), AGAIN_MS);
    watched.timer = this.#core.clock.setTimer(watched.failures === 0 ? AGAIN_MS : backoffMs, () => this.#wake(name, watched));
  }

  #isWatched(name: string, watched: Watched): boolean {
    return this.#watched.get(name) === watched && !this.#stop.signal.aborted;
  }

  /** False: it is to be asked again soon. */
  async #look(name: string, extension: Extension | undefined): Promise<boolean> {
    try {
      const checked = extension ? await checkExtension(this.#core, this.#client, extension, this.#stop.signal) : { availability: LOCAL };
      if (this.#stop.signal.aborted) return true;
      if (extension && 'discovered' in checked && checked.discovered) this.#extensions.discovered(extension, checked.discovered);
      await this.#write(name, checked.availability);
      return checked.availability.reason !== 'FailedDiscoveryCheck';
    } catch (error) {
      if (isNotFound(error) || this.#stop.signal.aborted) return true;
      this.#core.log.warn({ error, name }, 'whether an APIService is available could not be written');
      return false;
    }
  }

  async #write(name: string, availability: Availability): Promise<void> {
    const core = this.#core;
    const place = placeOfResource(core, 'apiregistration.k8s.io', 'v1', 'apiservices');
    const next = (current: Stored) => withAvailability(current.object as APIService, availability, core.clock.now());
    const there = place.cache.get('', name);
    if (!there || !next(there)) return;
    const { stored } = await modifyObject(core, place, { namespace: '', name, dryRun: false }, (current): Change | Promise<Change> => {
      const changed = next(current);
      if (!changed) return { do: 'keep' };
      const { metadata = {}, ...rest } = copyJson(changed);
      const call = ownCall(place.row, { verb: 'update', name, subresource: 'status' });
      return decideUpdate(core, call, current, { ...rest, metadata }, { subresource: 'status', warnings: [] });
    });
    if (availability.status === 'False') this.#countUnavailable(name, availability.reason ?? '');
    await place.stream.waitFor(stored.revision);
  }
}

const idOf = ({ service: { namespace, name } }: Extension): string => `${namespace}/${name}`;

const hasCondition = (service: APIService, wanted: Availability): boolean => withAvailability(service, wanted, 0) === undefined;
