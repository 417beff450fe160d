import {
  type CustomResourceDefinition,
  customRow,
  hasCondition,
  type JSONSchemaProps,
  type KindRow,
  type KindTable,
  type SchemaRules,
} from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Log } from '@kubernats/client';
import type { ResourceCache } from '../cache/resource-cache.ts';
import type { Stored } from '../cache/stored.ts';

export interface CustomKindsDeps {
  /** What the definitions bring goes here. */
  kinds: KindTable;
  /** The cache of the definitions. */
  definitions: ResourceCache;
  /** The cache of the objects of a kind. */
  objectsOf(group: string, plural: string): ResourceCache;
  /** Compiles the rules that a schema has in Common Expression Language. Absent: they are not looked at. */
  rulesOf?(schema: JSONSchemaProps): SchemaRules;
  log: Log;
}

/** What one definition brings. */
interface Brought {
  definition: CustomResourceDefinition;
  rows: readonly KindRow[];
}

const NOTHING: readonly KindRow[] = [];

/**
 * Keeps the kinds that are served at what the CustomResourceDefinitions say, from the moment on at which one is seen to be established. Watches of a kind
 * whose definition says something else than before end: who watches comes back and sees it. Source: the page "Custom Resources".
 */
export class CustomKinds {
  readonly #deps: CustomKindsDeps;
  readonly #brought = new Map<string, Brought>();
  readonly #end: () => void;
  #isOn = false;

  constructor(deps: CustomKindsDeps) {
    this.#deps = deps;
    this.#end = deps.definitions.observe((now, before) => this.#changed(now, before));
  }

  /** Serves what has been seen up to now, and from now on follows each change: at first there may be many at once. */
  start(): void {
    this.#isOn = true;
    this.#replace();
  }

  close(): void {
    this.#end();
  }

  #changed(now: Stored | undefined, before: Stored | undefined): void {
    const name = (now ?? before)?.name ?? '';
    const old = this.#brought.get(name);
    const definition = now?.object as CustomResourceDefinition | undefined;
    if (definition && old && saysTheSame(definition, old.definition)) return;
    const rows = definition && hasCondition(definition, 'Established') ? this.#rowsOf(definition) : NOTHING;
    if (definition) this.#brought.set(name, { definition, rows });
    else this.#brought.delete(name);
    if (!this.#isOn || (rows.length === 0 && (old?.rows ?? NOTHING).length === 0)) return;
    this.#replace();
    if (old && !(definition && namesAndSpecAreSame(definition, old.definition))) this.#endWatches(old);
  }

  #rowsOf(definition: CustomResourceDefinition): readonly KindRow[] {
    try {
      return definition.spec.versions
        .filter(({ served }) => served)
        .map(({ name }) => customRow(definition, name, { rulesOf: this.#deps.rulesOf }));
    } catch (error) {
      // It was written by a server that allows what this one does not.
      this.#deps.log.error({ error, name: definition.metadata?.name }, 'a CustomResourceDefinition cannot be served');
      return NOTHING;
    }
  }

  #replace(): void {
    this.#deps.kinds.replaceCustom([...this.#brought.values()].flatMap(({ rows }) => rows));
  }

  #endWatches({ rows }: Brought): void {
    const [row] = rows;
    if (row) this.#deps.objectsOf(row.group, row.plural).watches.end();
  }
}

/** Whether nothing has changed of what a kind is served by. */
function saysTheSame(a: CustomResourceDefinition, b: CustomResourceDefinition): boolean {
  return ['Established', 'Terminating'].every((type) => hasCondition(a, type) === hasCondition(b, type)) && namesAndSpecAreSame(a, b);
}

function namesAndSpecAreSame(a: CustomResourceDefinition, b: CustomResourceDefinition): boolean {
  return a.metadata?.uid === b.metadata?.uid && deepEqual(a.spec, b.spec) && deepEqual(a.status?.acceptedNames, b.status?.acceptedNames);
}
