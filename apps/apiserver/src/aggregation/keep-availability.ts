import { type APIService, type EndpointSlice, serviceOfSlice } from '@kubernats/api';
import { copyJson } from '@kubernats/apimachinery';
import type { Stored } from '../cache/stored.ts';
import { type Core, placeOfResource } from '../core.ts';
import { availabilityMetrics } from '../instrumentation/availability-metrics.ts';
import { type OnDemand, onDemand } from '../on-demand.ts';
import { ownCall } from '../own-call.ts';
import { type Change, modifyObject } from '../rest/modify-object.ts';
import { decideUpdate } from '../rest/update-object.ts';
import type { ExtensionClient } from './adapters/extension-client.ts';
import { type Availability, LOCAL, withAvailability } from './availability.ts';
import { type Checked, checkExtension } from './check-extension.ts';
import { type Extension, extensionOf, isSameServer } from './extension.ts';
import type { Extensions } from './extensions.ts';

/** How often one that answers is asked again, and one that does not at last. */
const AGAIN_MS = 30_000;
/** How soon one that has failed is asked again; twice as late each time. */
const FIRST_RETRY_MS = 250;

/** One APIService that is being looked after. */
interface Watched {
  /** Undefined: it has become one that is served here. */
  extension: Extension | undefined;
  /** How often in a row it has not answered. */
  failures: number;
  look: OnDemand;
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
    const extension = now && extensionOf(now.object as APIService);
    if (!extension) this.#client.forget(name);
    if (!now) return this.#leave(name);
    if (extension) {
      const names = this.#byService.get(idOf(extension)) ?? new Set();
      this.#byService.set(idOf(extension), names.add(name));
    } else if (!old && hasCondition(now.object as APIService, LOCAL)) return;
    const watched = old ?? this.#watch(name);
    const isSame = old?.extension && extension && isSameServer(old.extension, extension);
    watched.extension = extension;
    // What this very loop has written is no reason to ask again.
    if (!isSame) watched.look.wake();
  }

  serviceChanged(id: string | undefined): void {
    for (const name of this.#byService.get(id ?? '') ?? []) this.#watched.get(name)?.look.wake();
  }

  stop(): void {
    this.#stop.abort(new Error('the server ends'));
    for (const name of this.#watched.keys()) this.#leave(name);
  }

  #watch(name: string): Watched {
    const failure = `whether the APIService ${name} is available could not be written`;
    const watched: Watched = { extension: undefined, failures: 0, look: onDemand(this.#core, () => this.#look(name, watched), failure) };
    this.#watched.set(name, watched);
    return watched;
  }

  #leave(name: string): void {
    this.#watched.get(name)?.look.stop();
    this.#watched.delete(name);
  }

  async #look(name: string, watched: Watched): Promise<void> {
    // Observers are told of a change before everything follows from it.
    await Promise.resolve();
    const { extension } = watched;
    const checked: Checked = extension
      ? await checkExtension(this.#core, this.#client, extension, this.#stop.signal)
      : { availability: LOCAL };
    if (this.#watched.get(name) !== watched) return;
    if (extension && checked.discovered) this.#extensions.discovered(extension, checked.discovered);
    await this.#write(name, checked.availability);
    if (!watched.extension) return this.#leave(name);
    watched.failures = checked.availability.reason === 'FailedDiscoveryCheck' ? watched.failures + 1 : 0;
    watched.look.wakeIn(watched.failures === 0 ? AGAIN_MS : Math.min(FIRST_RETRY_MS * 2 ** (watched.failures - 1), AGAIN_MS));
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
