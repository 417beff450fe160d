import { deepEqual, getOwn, isJsonObject } from '@kubernats/apimachinery';
import type { Json } from './definitions.ts';
import type { SwaggerPart } from './v2.ts';

/** The Swagger 2.0 document of another API server, and the group of whose paths it is asked. */
export interface OtherSwagger {
  group: string;
  document: Json;
}

const DEFINITIONS = '#/definitions/';
const PARAMETERS = '#/parameters/';

/** Joins documents of other servers to one. Source: kube-aggregator's merge of OpenAPI v2. */
export class SwaggerMerge {
  readonly #paths = new Set<string>();
  readonly #definitions = new Map<string, unknown>();

  /** `own`: what is there before others are added. */
  constructor(own: Iterable<SwaggerPart>) {
    for (const part of own) this.#keep(part);
  }

  /**
   * What a document adds: the paths of its group that are not there yet, and the definitions that they need. One of a name that another definition has
   * is renamed (`NAME_v2`). Parameters that paths share are written where they are meant. Throws where there is no reading the document.
   */
  add({ group, document }: OtherSwagger): SwaggerPart {
    const isNew = ([path]: [string, unknown]) => path.startsWith(`/apis/${group}/`) && !this.#paths.has(path);
    const paths = Object.fromEntries(Object.entries(sectionOf(document, 'paths')).filter(isNew));
    const all = sectionOf(document, 'definitions');
    const names = this.#namesOf(usedBy(paths, all), all);
    const shared = sectionOf(document, 'parameters');
    const written = (value: unknown): unknown => rewritten(value, names, shared);
    const added = [...names].filter(([, name]) => !this.#definitions.has(name));
    const part: SwaggerPart = {
      paths: written(paths) as Json,
      definitions: Object.fromEntries(added.map(([name, renamed]) => [renamed, written(all[name])])),
    };
    this.#keep(part);
    return part;
  }

  #keep({ paths, definitions }: SwaggerPart): void {
    for (const path of Object.keys(paths)) this.#paths.add(path);
    for (const [name, definition] of Object.entries(definitions)) this.#definitions.set(name, definition);
  }

  /** The names under which definitions are found in the whole. */
  #namesOf(used: ReadonlySet<string>, all: Json): Map<string, string> {
    const names = new Map<string, string>();
    for (const name of used) {
      let renamed = name;
      const isTaken = () => this.#definitions.has(renamed) && !deepEqual(this.#definitions.get(renamed), all[name]);
      for (let version = 2; isTaken() || (renamed !== name && Object.hasOwn(all, renamed)); version++) renamed = `${name}_v${version}`;
      names.set(name, renamed);
    }
    return names;
  }
}

function sectionOf(document: Json, name: string): Json {
  const section = getOwn(document, name);
  return isJsonObject(section) ? section : {};
}

/** The names of the definitions that a value needs, also by way of others. */
function usedBy(value: unknown, all: Json): Set<string> {
  const used = new Set<string>();
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) for (const each of next) open.push(each);
    else if (isJsonObject(next)) for (const each of Object.values(next)) open.push(each);
    else if (typeof next === 'string' && next.startsWith(DEFINITIONS)) {
      const name = next.slice(DEFINITIONS.length);
      if (used.has(name) || !Object.hasOwn(all, name)) continue;
      used.add(name);
      open.push(all[name]);
    }
  }
  return used;
}

function rewritten(value: unknown, names: ReadonlyMap<string, string>, shared: Json): unknown {
  if (Array.isArray(value)) return value.map((each) => rewritten(each, names, shared));
  if (!isJsonObject(value)) return value;
  const { $ref } = value;
  if (typeof $ref === 'string' && $ref.startsWith(PARAMETERS)) {
    const parameter = getOwn(shared, $ref.slice(PARAMETERS.length));
    // None of them is shared by way of another.
    return isJsonObject(parameter) ? rewritten(parameter, names, {}) : value;
  }
  const entries = Object.entries(value).map(([name, each]) => [name, rewritten(each, names, shared)]);
  const copy: Json = Object.fromEntries(entries);
  if (typeof $ref !== 'string' || !$ref.startsWith(DEFINITIONS)) return copy;
  const name = $ref.slice(DEFINITIONS.length);
  return { ...copy, $ref: `${DEFINITIONS}${names.get(name) ?? name}` };
}
