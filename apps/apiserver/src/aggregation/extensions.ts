import type { APIService } from '@kubernats/api';
import type { ResourceCache } from '../cache/resource-cache.ts';
import type { DiscoveredVersion } from './discovered-version.ts';
import { type Extension, extensionOf } from './extension.ts';

/** What other API servers serve, kept up to date from the cache: asked about every request, and most clusters have none. */
export class Extensions {
  readonly #byGroup = new Map<string, Map<string, Extension>>();
  readonly #discovered = new Map<string, DiscoveredVersion>();
  #size = 0;
  #all: readonly Extension[] = [];

  constructor(apiServices: ResourceCache) {
    apiServices.observe((now, before) => this.#changed(now?.object, before?.object));
  }

  /** Another array after each change, of them or of what is known of one: it tells whether something changed. */
  get all(): readonly Extension[] {
    return this.#all;
  }

  of(group: string, version: string): Extension | undefined {
    return this.#size === 0 ? undefined : this.#byGroup.get(group)?.get(version);
  }

  /** Whose a path that leads to no resource is: `/apis/GROUP/VERSION`, and its part of OpenAPI. */
  ofPath(path: string): Extension | undefined {
    if (this.#size === 0) return undefined;
    const [, group = '', version = ''] = /^(?:\/openapi\/v3)?\/apis\/([^/]+)\/([^/]+)\/?$/.exec(path) ?? [];
    return this.of(group, version);
  }

  /** What the last answer said that it serves. */
  discoveredOf({ name }: Extension): DiscoveredVersion | undefined {
    return this.#discovered.get(name);
  }

  discovered({ name }: Extension, version: DiscoveredVersion): void {
    if (this.#discovered.get(name)?.text === version.text) return;
    this.#discovered.set(name, version);
    this.#all = [...this.#all];
  }

  #changed(now: APIService | undefined, before: APIService | undefined): void {
    const old = before && extensionOf(before);
    const extension = now && extensionOf(now);
    if (!old && !extension) return;
    if (old) this.#byGroup.get(old.group)?.delete(old.version);
    if (old && !extension) this.#discovered.delete(old.name);
    if (extension) {
      const versions = this.#byGroup.get(extension.group) ?? new Map<string, Extension>();
      this.#byGroup.set(extension.group, versions.set(extension.version, extension));
    }
    if (old && this.#byGroup.get(old.group)?.size === 0) this.#byGroup.delete(old.group);
    this.#all = [...this.#byGroup.values()].flatMap((versions) => [...versions.values()]);
    this.#size = this.#all.length;
  }
}
