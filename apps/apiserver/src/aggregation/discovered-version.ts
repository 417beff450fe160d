import { isJsonObject } from '@kubernats/apimachinery';

/** What an extension API server says that it serves in one version of a group. */
export interface DiscoveredVersion {
  /** As `apidiscovery.k8s.io/v2` lists them. */
  resources: readonly object[];
  /** Where its part of OpenAPI v3 is, as it says itself; undefined: it has none. */
  openApiUrl: string | undefined;
  /** The same as text: tells two of them apart. */
  text: string;
}

interface ListedResource {
  name: string;
  singularName?: string;
  namespaced?: boolean;
  group?: string;
  version?: string;
  kind?: string;
  verbs?: string[];
  shortNames?: string[];
  categories?: string[];
}

/** Reads an APIResourceList and, where there is one, the index of OpenAPI v3. Undefined for what is no list. */
export function discoveredVersion(
  where: { group: string; version: string },
  list: unknown,
  openApiIndex: unknown,
): DiscoveredVersion | undefined {
  if (!isJsonObject(list) || !Array.isArray(list.resources)) return undefined;
  const listed = list.resources.filter(isListed);
  const resources = listed.filter(({ name }) => !name.includes('/')).map((main) => resourceOf(where, main, listed));
  const openApiUrl = urlIn(openApiIndex, `apis/${where.group}/${where.version}`);
  return { resources, openApiUrl, text: JSON.stringify([resources, openApiUrl]) };
}

const isListed = (each: unknown): each is ListedResource => isJsonObject(each) && typeof each.name === 'string';

function resourceOf(where: { group: string; version: string }, main: ListedResource, all: readonly ListedResource[]): object {
  const kindOf = ({ group, version, kind }: ListedResource) => ({
    responseKind: { group: group || where.group, version: version || where.version, kind },
  });
  const subresources = all
    .filter(({ name }) => name.startsWith(`${main.name}/`))
    .map((each) => ({ subresource: each.name.slice(main.name.length + 1), ...kindOf(each), verbs: each.verbs ?? [] }));
  return {
    resource: main.name,
    ...kindOf(main),
    scope: main.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: main.singularName ?? '',
    verbs: main.verbs ?? [],
    ...(main.shortNames?.length ? { shortNames: main.shortNames } : {}),
    ...(main.categories?.length ? { categories: main.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

function urlIn(index: unknown, path: string): string | undefined {
  const paths = isJsonObject(index) && isJsonObject(index.paths) ? index.paths : {};
  const entry = Object.hasOwn(paths, path) ? paths[path] : undefined;
  const url = isJsonObject(entry) ? entry.serverRelativeURL : undefined;
  return typeof url === 'string' && url.startsWith(`/openapi/v3/${path}`) ? url : undefined;
}
