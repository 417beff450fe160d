import type { KindRow, KindTable, ParseYaml, StreamName } from '@kubernats/api';
import type { Bus, NatsSigner } from '@kubernats/bus';
import type { Log } from '@kubernats/client';
import type { Clock, Ids, Random } from '@kubernats/clock';
import type { Store } from '@kubernats/store';
import type { Admission } from './admission/admission.ts';
import type { Allocators } from './allocate/allocators.ts';
import type { Auditor } from './audit/auditor.ts';
import type { Authorizer } from './authz/authorizer.ts';
import type { Paging } from './cache/paging.ts';
import type { ResourceCache } from './cache/resource-cache.ts';
import type { StreamCache } from './cache/stream-cache.ts';
import type { ConversionDeps } from './conversion/ask-conversion.ts';
import { type RowConversion, rowConversion } from './conversion/row-conversion.ts';
import type { CustomKinds } from './custom/custom-kinds.ts';
import type { Terms } from './fence/terms.ts';
import type { Instrumentation } from './instrumentation/instrumentation.ts';
import type { Quotas } from './quota/quotas.ts';
import type { SigningKey } from './tokens/signing-key.ts';
import type { TokenAuthenticator } from './tokens/token-authenticator.ts';
import type { AdmissionWebhooks } from './webhooks/admission-webhooks.ts';
import type { WebhookClient } from './webhooks/webhook-client.ts';

/** Where the objects of a kind are. */
export interface Place {
  /** The row whose form is kept: another than the one asked for where a kind is kept as another (Events). */
  row: KindRow;
  store: Store;
  stream: StreamCache;
  cache: ResourceCache;
  /** A webhook makes of the objects what was asked for: they are to be prepared before somebody looks at them. */
  conversion?: RowConversion | undefined;
}

/** What every part of the server may use. */
export interface Core {
  clock: Clock;
  ids: Ids;
  random: Random;
  log: Log;
  /** Reads bodies of YAML. */
  parseYaml: ParseYaml;
  /** What the server counts of itself. */
  instrumentation: Instrumentation;
  /** Keeps the audit log; undefined: there is none. */
  auditor: Auditor | undefined;
  bus: Bus;
  cluster: string;
  /** Serves what CustomResourceDefinitions bring. */
  customKinds: CustomKinds;
  /** What is served: every kind is looked up here, since custom ones come and go. */
  kinds: KindTable;
  /** How long a watch lasts at least whose client names no time. Milliseconds. */
  minRequestTimeoutMs: number;
  stores: Readonly<Record<StreamName, Store>>;
  streams: Readonly<Record<StreamName, StreamCache>>;
  /** The switches of docs/differences.md. */
  switches: Readonly<Record<string, string | boolean>>;
  admission: Admission;
  authorizer: Authorizer;
  allocators: Allocators;
  paging: Paging;
  quotas: Quotas;
  /** Whether leaders' terms go on. */
  terms: Terms;
  /** Signs ServiceAccount tokens. */
  tokenKey: SigningKey;
  /** Tells whose they are. */
  tokens: TokenAuthenticator;
  /** Signs the credentials of machines that join; undefined: none can. */
  natsSigner: NatsSigner | undefined;
  /** Calls webhooks: of admission, and of conversion. */
  webhookClient: WebhookClient;
  /** With which objects are converted by webhooks. */
  conversions: ConversionDeps;
  /** Those that are asked before something is written. */
  webhooks: AdmissionWebhooks;
}

const places = new WeakMap<Core, WeakMap<KindRow, Place>>();

export function placeOf(core: Core, row: KindRow): Place {
  let known = places.get(core);
  if (!known) places.set(core, (known = new WeakMap()));
  let place = known.get(row);
  if (!place) {
    const kept = core.kinds.stored(row);
    const stream = core.streams[kept.stream];
    place = { row: kept, store: core.stores[kept.stream], stream, cache: stream.resource(kept.group, kept.plural) };
    const conversion = rowConversion({ ...core.conversions, clock: core.clock }, row);
    if (conversion) place.conversion = conversion;
    known.set(row, place);
  }
  return place;
}

/** The place of a kind that this server itself depends on. */
export function placeOfResource(core: Core, group: string, version: string, plural: string): Place {
  const row = core.kinds.byResource(group, version, plural);
  if (!row) throw new Error(`the table of kinds has no ${plural}.${group}/${version}`);
  return placeOf(core, row);
}

/** A resource as error messages name it. */
export const named = (row: KindRow): { group: string; resource: string } => ({ group: row.group, resource: row.plural });
