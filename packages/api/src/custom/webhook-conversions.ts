import type { CustomResourceDefinition, WebhookConversion } from '../../generated/types.ts';
import type { KubeObject } from '../object.ts';
import { applyDefaults } from './default.ts';
import { storageVersion } from './definition.ts';
import { prune } from './prune.ts';
import { ANYTHING, type Structural, structuralOf } from './structural.ts';

/**
 * What the conversion webhook of a definition has made of objects. Whoever looks at an object in another version finds it here without waiting; who has it
 * converted (the API server, before it looks) puts it here. It is known as long as the object itself: a webhook is asked once about each revision and version.
 */
export class WebhookConversions {
  readonly webhook: WebhookConversion;
  readonly #definition: CustomResourceDefinition;
  readonly #keptIn: string;
  /** By the version, of objects that nobody changes. */
  readonly #known = new Map<string, WeakMap<KubeObject, KubeObject>>();
  /** Of objects that somebody is still at work on: by what they are, while it is needed. */
  readonly #drafts = new Map<string, KubeObject>();
  readonly #schemas = new Map<string, Structural>();

  constructor(definition: CustomResourceDefinition, webhook: WebhookConversion) {
    this.#definition = definition;
    this.#keptIn = `${definition.spec.group}/${storageVersion(definition).name}`;
    this.webhook = webhook;
  }

  /** Of the definition: `things.example.com`. */
  get definitionName(): string {
    const { names, group } = this.#definition.spec;
    return `${names.plural}.${group}`;
  }

  /** The object in that version; undefined: nobody has converted it yet. */
  find(object: KubeObject, apiVersion: string): KubeObject | undefined {
    if (object.apiVersion === apiVersion) return object;
    return this.#known.get(apiVersion)?.get(object) ?? (this.#drafts.size > 0 ? this.#drafts.get(keyOf(object, apiVersion)) : undefined);
  }

  /** The object in that version. Throws `NotConverted`. */
  get(object: KubeObject, apiVersion: string): KubeObject {
    const found = this.find(object, apiVersion);
    if (!found) throw new NotConverted(this, object, apiVersion);
    return found;
  }

  /** Of an object that does not change any more. */
  keep(object: KubeObject, apiVersion: string, converted: KubeObject): void {
    let known = this.#known.get(apiVersion);
    if (!known) this.#known.set(apiVersion, (known = new WeakMap()));
    known.set(object, converted);
  }

  /** Of an object of which only the content counts. Call the result when it is not needed any more. */
  keepDraft(object: KubeObject, apiVersion: string, converted: KubeObject): () => void {
    const key = keyOf(object, apiVersion);
    this.#drafts.set(key, converted);
    return () => this.#drafts.delete(key);
  }

  /**
   * Takes out of an object that a webhook has made what its version does not have. What is going to be kept gets its defaults: they are filled in for whoever
   * reads it. The object is changed. Throws ConformError.
   */
  conform(object: KubeObject): void {
    const { apiVersion = '' } = object;
    let schema = this.#schemas.get(apiVersion);
    if (!schema) this.#schemas.set(apiVersion, (schema = this.#schemaOf(apiVersion)));
    prune(object, schema);
    if (apiVersion === this.#keptIn) applyDefaults(object, schema);
  }

  #schemaOf(apiVersion: string): Structural {
    const { group, versions } = this.#definition.spec;
    const version = versions.find(({ name }) => `${group}/${name}` === apiVersion);
    return structuralOf(version?.schema?.openAPIV3Schema ?? ANYTHING);
  }
}

/** Somebody looks at an object that has to be converted by a webhook first. */
export class NotConverted extends Error {
  override readonly name = 'NotConverted';
  readonly conversions: WebhookConversions;
  readonly object: KubeObject;
  readonly apiVersion: string;

  constructor(conversions: WebhookConversions, object: KubeObject, apiVersion: string) {
    super(`${object.kind} ${object.metadata?.name} has not been converted to ${apiVersion}`);
    this.conversions = conversions;
    this.object = object;
    this.apiVersion = apiVersion;
  }
}

const keyOf = (object: KubeObject, apiVersion: string): string => `${apiVersion} ${JSON.stringify(object)}`;

const conversions = new WeakMap<CustomResourceDefinition, WebhookConversions>();

/** Those of a definition, the same for all its versions; undefined: a webhook has no part in it. */
export function webhookConversionsOf(definition: CustomResourceDefinition): WebhookConversions | undefined {
  const { strategy, webhook } = definition.spec.conversion ?? {};
  if (strategy !== 'Webhook' || !webhook) return undefined;
  let known = conversions.get(definition);
  if (!known) conversions.set(definition, (known = new WebhookConversions(definition, webhook)));
  return known;
}
