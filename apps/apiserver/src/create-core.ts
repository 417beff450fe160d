import { type EndpointSlice, KINDS, KindTable, type Pod, serviceOfSlice } from '@kubernats/api';
import type { Bus } from '@kubernats/bus';
import { type JsonSchema, schemaRules } from '@kubernats/cel';
import type { Log } from '@kubernats/client';
import type { Clock, Ids, Random } from '@kubernats/clock';
import { loopbackNetwork, type Network } from '@kubernats/net';
import type { Store } from '@kubernats/store';
import { Admission } from './admission/admission.ts';
import { ADMISSION_PLUGINS } from './admission/plugins.ts';
import { Allocators } from './allocate/allocators.ts';
import { Authorizer } from './authz/authorizer.ts';
import { noEscalation } from './authz/escalation.ts';
import { NodeAuthorizer } from './authz/node-authorizer.ts';
import { Rbac } from './authz/rbac.ts';
import type { RingLimits } from './cache/event-ring.ts';
import { Paging } from './cache/paging.ts';
import type { FieldIndex } from './cache/resource-cache.ts';
import { StreamCache } from './cache/stream-cache.ts';
import type { ApiServerConfig } from './config.ts';
import type { Core } from './core.ts';
import { CustomKinds } from './custom/custom-kinds.ts';
import { Terms } from './fence/terms.ts';
import { Quotas } from './quota/quotas.ts';
import { signingKey } from './tokens/signing-key.ts';
import { type FindBound, TokenAuthenticator } from './tokens/token-authenticator.ts';
import { httpsWebhookClient } from './webhooks/adapters/https-webhook-client.ts';
import { AdmissionWebhooks } from './webhooks/admission-webhooks.ts';
import { serviceEndpoint } from './webhooks/service-endpoint.ts';

export interface ApiServerDeps {
  bus: Bus;
  stores: Core['stores'];
  clock: Clock;
  ids: Ids;
  random: Random;
  log: Log;
  /** By which webhooks are called. Absent: the machine's own. */
  network?: Network;
  /** The text of /metrics; absent: not served. */
  metricsText?: () => Promise<string>;
}

const RING: RingLimits = { minEvents: 256, maxEvents: 20_000, keepMs: 75_000 };
/** As in Kubernetes: how long a read waits for the cache before it says that the version lies in the future. */
const FRESH_WITHIN_MS = 3_000;

const INDEXES: Readonly<Record<string, FieldIndex>> = {
  '/pods': { path: 'spec.nodeName', valueOf: (stored) => (stored.object as Pod).spec?.nodeName ?? '' },
  // No field that a selector names: slices are found by the Service that they belong to.
  'discovery.k8s.io/endpointslices': { path: 'service', valueOf: ({ object }) => serviceOfSlice(object as EndpointSlice) ?? '' },
};

/** Puts the parts of the server together; nothing runs yet. */
export function createCore(deps: ApiServerDeps, config: ApiServerConfig): Core {
  const { bus, stores, clock, ids, random, log, network = loopbackNetwork() } = deps;
  const cacheOf = (store: Store) =>
    new StreamCache({ store, clock, log }, { ring: RING, indexes: INDEXES, freshWithinMs: FRESH_WITHIN_MS });
  const streams = { state: cacheOf(stores.state), events: cacheOf(stores.events), leases: cacheOf(stores.leases) };
  const state = (group: string, resource: string) => streams.state.resource(group, resource);
  const rbac = new Rbac({
    roles: state('rbac.authorization.k8s.io', 'roles'),
    roleBindings: state('rbac.authorization.k8s.io', 'rolebindings'),
    clusterRoles: state('rbac.authorization.k8s.io', 'clusterroles'),
    clusterRoleBindings: state('rbac.authorization.k8s.io', 'clusterrolebindings'),
  });
  const nodes = new NodeAuthorizer({
    nodes: state('', 'nodes'),
    pods: state('', 'pods'),
    claims: state('', 'persistentvolumeclaims'),
    volumes: state('', 'persistentvolumes'),
    attachments: state('storage.k8s.io', 'volumeattachments'),
  });
  const tokenKey = signingKey(config.serviceAccountKeyPem);
  const webhookClient = httpsWebhookClient({ network, clock, resolve: (service) => serviceEndpoint({ streams, random }, service) });
  const kinds = new KindTable(KINDS);
  const definitions = state('apiextensions.k8s.io', 'customresourcedefinitions');
  return {
    bus,
    stores,
    streams,
    clock,
    ids,
    random,
    log,
    cluster: config.cluster,
    kinds,
    customKinds: new CustomKinds({ kinds, definitions, objectsOf: state, rulesOf: (schema) => schemaRules(schema as JsonSchema), log }),
    switches: config.switches,
    admission: new Admission([...ADMISSION_PLUGINS.filter(({ name }) => !config.disabledAdmission.includes(name)), noEscalation]),
    authorizer: new Authorizer(rbac, nodes),
    allocators: new Allocators({ stores, streams, clock, ids }, config),
    paging: new Paging(clock),
    quotas: new Quotas(),
    terms: new Terms(streams.leases, clock),
    tokenKey,
    tokens: new TokenAuthenticator({ key: tokenKey, clock, find: findBoundIn(streams.state) }),
    natsSigner: config.natsSigner,
    webhookClient,
    webhooks: new AdmissionWebhooks(
      { client: webhookClient, clock, ids, log, kinds, findNamespace: (name) => state('', 'namespaces').get('', name)?.object },
      {
        mutating: state('admissionregistration.k8s.io', 'mutatingwebhookconfigurations'),
        validating: state('admissionregistration.k8s.io', 'validatingwebhookconfigurations'),
      },
    ),
  };
}

/** What tokens are bound to, as the cache has it. */
function findBoundIn(state: StreamCache): FindBound {
  return (resource, namespace, name) => {
    const metadata = state.resource('', resource).get(namespace, name)?.object.metadata;
    if (!metadata) return undefined;
    const { uid, deletionTimestamp } = metadata;
    return { uid, ...(deletionTimestamp === undefined ? {} : { deletedAtMs: Date.parse(deletionTimestamp) }) };
  };
}
