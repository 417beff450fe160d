import type { FieldPath, ObjectSchema } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { JSONSchemaProps } from '../generated/types.ts';
import type { WebhookConversions } from './custom/webhook-conversions.ts';
import type { Conformed } from './decode/conform.ts';
import type { KindTable } from './kind-table.ts';
import type { KubeObject } from './object.ts';

/** Reads a value of an object as text. A method's type, so that rows of all kinds fit in one table. */
export type TextOf<T> = { read(object: T): string }['read'];

export type StreamName = 'state' | 'events' | 'leases';

/** A column of `kubectl get`, as the server prints it (`metav1.TableColumnDefinition`). */
export interface Column<T> {
  name: string;
  type: 'string' | 'integer' | 'number' | 'date' | 'boolean';
  format?: string;
  description: string;
  /** 0 is always shown; 1 with `-o wide`. */
  priority?: number;
  /** `nowMs` is wall time, for ages. */
  value(object: T, nowMs: number): string | number | boolean | null;
}

/** What the strategy may ask of its surroundings. */
export interface StrategyContext {
  nowMs: number;
  /** The switches of docs/differences.md, such as `portConflicts: 'warn'`. */
  switches: Readonly<Record<string, string | boolean>>;
  /** What is served. */
  kinds: Pick<KindTable, 'byResource'>;
  /** Who creates the object. Absent where that is of no matter. */
  user?: { name: string; uid?: string; groups: readonly string[]; extra?: Readonly<Record<string, readonly string[]>> };
  /**
   * What is wrong with the rules of a schema (in Common Expression Language), which stands at `at`. `isStored`: the schema is as it was before, and a
   * single rule may cost what it will. Absent: they are not read.
   */
  ruleProblems?(schema: JSONSchemaProps, at: FieldPath, options: { isStored: boolean }): Cause[];
}

/**
 * What is special about a kind: pure functions, called in this order. `draft` is the request's own copy and may be changed;
 * `old` is shared and frozen. Source: the API conventions; `rest.RESTCreateStrategy` and `RESTUpdateStrategy` name the same steps.
 */
export interface Strategy<T extends KubeObject> {
  /** Fills what the author left out. Also applied to what is read from older stored forms. Idempotent. */
  default?(draft: T): void;
  /** Clears what a creator may not set (status), sets what only the server may. */
  prepareForCreate?(draft: T, context: StrategyContext): void;
  /** Restores what an update of the main resource may not change (status), by `old`. */
  prepareForUpdate?(draft: T, old: T, context: StrategyContext): void;
  /** Restores everything but what an update of `status` may change. Default: all but `status` and metadata's own rules. */
  prepareForStatusUpdate?(draft: T, old: T, context: StrategyContext): void;
  validate?(object: T, context: StrategyContext): Cause[];
  /** In addition to `validate`: what a new object may not have. */
  validateCreate?(object: T, context: StrategyContext): Cause[];
  /** In addition to `validate`: what may not change. */
  validateUpdate?(object: T, old: T, context: StrategyContext): Cause[];
  validateStatusUpdate?(object: T, old: T, context: StrategyContext): Cause[];
  /** Texts for `Warning` headers: what Kubernetes warns of, and what kubernats does not honour. */
  warnings?(object: T, old: T | undefined): string[];
  /** Whether a change of `spec` counts a new `metadata.generation`. Default: when any field but metadata and status changed. */
  countsGeneration?: boolean;
  /** PUT to a name that does not exist creates it (Leases, Endpoints, Events, RBAC kinds …). */
  allowCreateOnUpdate?: boolean;
  /** An update without a resourceVersion is allowed. Default true. */
  allowUnconditionalUpdate?: boolean;
  /** Seconds that a deletion waits for (Pods); undefined: delete at once. `requested` is DeleteOptions.gracePeriodSeconds. */
  gracePeriodSeconds?(object: T, requested: number | undefined): number | undefined;
  /** What the object is taken for when it is to be deleted: with finalizers that the server puts on it itself. `object` is shared. */
  beforeDeletion?(object: T, context: StrategyContext): T;
  /** What else a deletion that has to wait writes. `draft` is a shallow copy: fields may be replaced, what they hold is shared. */
  prepareForDeletion?(draft: T): void;
  /** A deletion that does not say what becomes of dependents leaves them alone, as it did long ago; who asks for one is warned. */
  orphansByDefault?: { warning?: string };
  /** A deletion answers with the object itself rather than with a Status. */
  returnsDeleted?: boolean;
  /** What an update through a subresource may change, by the subresource's name: these stand in for the strategy's own. */
  subresources?: Readonly<Record<string, Pick<Strategy<T>, 'prepareForUpdate' | 'validateUpdate' | 'warnings'>>>;
}

/** How a kind scales: the paths behind its `scale` subresource. */
export interface ScaleRow {
  /** Fields below the object, such as `spec.replicas`. */
  specReplicasPath: string;
  statusReplicasPath: string;
  /** Where the selector is kept as text; undefined: it is the object's `spec.selector`. */
  labelSelectorPath?: string;
}

/** What stands in for the generated definition of a kind that a CustomResourceDefinition brings. Source: "Extend the Kubernetes API with CustomResourceDefinitions". */
export interface CustomForm {
  /** How its fields merge in server-side apply. */
  schema(): ObjectSchema;
  /** Brings the metadata to its form and leaves out what the schema does not have. Types are for validation to check. The value is changed. Throws ConformError. */
  conform(value: object): Conformed;
  /** Objects that were written before this revision may be of another form than that of now. */
  since: number;
  /** An object that was written before, in the form of now; the same object where nothing changes. */
  renew(object: KubeObject): KubeObject;
  /** A webhook converts between its versions: what it has made of objects. */
  conversions?: WebhookConversions;
  /** Its definition is being deleted: no more of its objects are made. */
  terminating?: true;
  /** The schema that the OpenAPI documents publish. */
  openApi?: JSONSchemaProps;
  /** The kind of a list of them. */
  listKind: string;
}

/** A subresource with its own kind of body: `pods/binding`, `pods/eviction`, `serviceaccounts/token`. */
export interface SubresourceRow {
  name: string;
  /** The Kind of its body, with its own group and version; discovery shows it. */
  group: string;
  version: string;
  kind: string;
  verbs: string[];
  /** It takes over the connection or passes the request on instead of answering with an object: `pods/exec`, `services/proxy`. */
  connect?: true;
}

/** One row of the table of kinds: routes, discovery, OpenAPI, validation, RBAC names and client types follow from it. */
export interface KindRow<T extends KubeObject = KubeObject> {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames: string[];
  categories: string[];
  namespaced: boolean;
  /** In Kubernetes' discovery order. Empty `list` etc. for kinds that are only posted (reviews). */
  verbs: string[];
  /** The name of its schema in the OpenAPI document. */
  definition: string;
  /** Of a custom resource. It has no generated definition. */
  custom?: CustomForm;
  stream: StreamName;
  hasStatus: boolean;
  scale?: ScaleRow;
  subresources: SubresourceRow[];
  columns: Column<T>[];
  strategy: Strategy<T>;
  /** What is wrong with a name. Default: it must be a DNS subdomain. */
  nameRule?: (name?: string) => string[];
  /** Field selectors beside metadata.name and metadata.namespace; the value is compared as text. */
  fieldSelectors: Record<string, TextOf<T>>;
  /** The same objects in another group (Events) or version: kept in that one's form and converted on the way. */
  storedAs?: { group: string; version: string; plural: string; toStored(object: T): KubeObject; fromStored(object: KubeObject): T };
  /** The warning that every request for it is answered with. */
  deprecation?: string;
  /** Made when it is asked for, never stored: metrics. It has verbs of its own. */
  computed?: boolean;
  /** Posted and answered, never stored: SubjectAccessReview and its kin. */
  ephemeral?: boolean;
}
