import { type EndpointSlice, KINDS, KindTable, type ParseYaml, type Pod, parseYamlHere, serviceOfSlice } from '@kubernats/api';
import type { Bus } from '@kubernats/bus';
import { type JsonSchema, schemaRules } from '@kubernats/cel';
import { BOOTSTRAP_TOKEN_NAMESPACE, type Log } from '@kubernats/client';
import type { Clock, Ids, Random } from '@kubernats/clock';
import type { Metrics } from '@kubernats/controller';
import { loopbackNetwork, type Network } from '@kubernats/net';
import type { Store } from '@kubernats/store';
import { Admission } from './admission/admission.ts';
import { ADMISSION_PLUGINS } from './admission/plugins.ts';
import { Allocators } from './allocate/allocators.ts';
import type { Auditor } from './audit/auditor.ts';
import { Authorizer } from './authz/authorizer.ts';
import { decideAccess } from './authz/decide-access.ts';
import { noEscalation } from './authz/escalation.ts';
import { NodeAuthorizer } from './authz/node-authorizer.ts';
import { Rbac } from './authz/rbac.ts';
import type { RingLimits } from './cache/event-ring.ts';
import { Paging } from './cache/paging.ts';
import type { FieldIndex } from './cache/resource-cache.ts';
import type { Stored } from './cache/stored.ts';
import { StreamCache } from './cache/stream-cache.ts';
import { textAt } from './cache/text-at.ts';
import type { ApiServerConfig } from './config.ts';
import type { Core } from './core.ts';
import { CustomKinds } from './custom/custom-kinds.ts';
import { Terms } from './fence/terms.ts';
import { measuredPlugin } from './instrumentation/admission-metrics.ts';
import { conversionObserver } from './instrumentation/conversion-metrics.ts';
import { Instrumentation } from './instrumentation/instrumentation.ts';
import { countObjects, measuredStore } from './instrumentation/storage-metrics.ts';
import { webhookObserver } from './instrumentation/webhook-metrics.ts';
import { Quotas } from './quota/quotas.ts';
import { subresourceHandlers } from './subresources/subresources.ts';
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
  /** Where what the server counts is shown beside /metrics. */
  metrics?: Metrics;
  /** Makes the text of /metrics, when it is first asked for; absent: not served. */
  openMetrics?: () => Promise<Metrics & { text(): Promise<string> }>;
  /** Reads bodies of YAML. Absent: in this thread, which a long one holds up. */
  parseYaml?: ParseYaml;
  /** Absent: nothing is audited. */
  auditor?: Auditor;
}

const RING: RingLimits = { minEvents: 256, maxEvents: 20_000, keepMs: 75_000 };
/** As in Kubernetes: how long a read waits for the cache before it says that the version lies in the future. */
const FRESH_WITHIN_MS = 3_000;

const NODE_NAME = ['spec', 'nodeName'];

/** Read, not parsed: a server that starts has all Pods of the cluster before it. */
const nodeOf = ({ parsed, bytes }: Stored): string => (parsed ? (parsed as Pod).spec?.nodeName : textAt(bytes, NODE_NAME)) ?? '';

const INDEXES: Readonly<Record<string, FieldIndex>> = {
  '/pods': { path: 'spec.nodeName', valueOf: nodeOf },
  // No field that a selector names: slices are found by the Service that they belong to.
  'discovery.k8s.io/endpointslices': { path: 'service', valueOf: ({ object }) => serviceOfSlice(object as EndpointSlice) ?? '' },
};

/** Puts the parts of the server together; nothing runs yet. */
export function createCore(deps: ApiServerDeps, config: ApiServerConfig): Core {
  const { bus, clock, ids, random, log, network = loopbackNetwork() } = deps;
  const kinds = new KindTable(KINDS);
  const instrumentation = new Instrumentation(({ group, version, resource, subresource }) => {
    const row = kinds.byResource(group, version, resource);
    return row !== undefined && (subresource === '' || subresourceHandlers(row, subresource) !== undefined);
  });
  const { instruments } = instrumentation;
  const stores = {
    state: measuredStore(instruments, clock, deps.stores.state),
    events: measuredStore(instruments, clock, deps.stores.events),
    leases: measuredStore(instruments, clock, deps.stores.leases),
  };
  const cacheOf = (store: Store) =>
    new StreamCache({ store, clock, log }, { ring: RING, indexes: INDEXES, freshWithinMs: FRESH_WITHIN_MS });
  const streams = { state: cacheOf(stores.state), events: cacheOf(stores.events), leases: cacheOf(stores.leases) };
  countObjects(instruments, Object.values(streams));
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
  const plugins = [...ADMISSION_PLUGINS.filter(({ name }) => !config.disabledAdmission.includes(name)), noEscalation];
  const tokenKey = signingKey(config.serviceAccountKeyPem);
  const authorizer = new Authorizer(rbac, nodes);
  const webhookClient = httpsWebhookClient({ network, clock, resolve: (service) => serviceEndpoint({ streams, random }, service) });
  const conversions = { client: webhookClient, clock, ids, observeConversion: conversionObserver(instruments) };
  const definitions = state('apiextensions.k8s.io', 'customresourcedefinitions');
  return {
    bus,
    stores,
    streams,
    clock,
    ids,
    random,
    log,
    parseYaml: deps.parseYaml ?? parseYamlHere,
    instrumentation,
    auditor: deps.auditor,
    cluster: config.cluster,
    kinds,
    customKinds: new CustomKinds({ kinds, definitions, objectsOf: state, rulesOf: (schema) => schemaRules(schema as JsonSchema), log }),
    minRequestTimeoutMs: config.minRequestTimeoutMs,
    switches: config.switches,
    admission: new Admission(plugins.map((plugin) => measuredPlugin(instruments, clock, plugin))),
    authorizer,
    allocators: new Allocators({ stores, streams, clock, ids }, config),
    paging: new Paging(clock),
    quotas: new Quotas(),
    terms: new Terms(streams.leases, clock),
    tokenKey,
    tokens: new TokenAuthenticator({
      ...{ key: tokenKey, clock, find: findBoundIn(streams.state) },
      ...(config.staticTokens ? { staticUsers: config.staticTokens } : {}),
      findBootstrap: (name) => state('', 'secrets').get(BOOTSTRAP_TOKEN_NAMESPACE, name)?.object,
    }),
    natsSigner: config.natsSigner,
    webhookClient,
    conversions,
    webhooks: new AdmissionWebhooks(
      {
        ...{ ...conversions, log, kinds, observe: webhookObserver(instruments) },
        findNamespace: (name) => state('', 'namespaces').get('', name)?.object,
        accessOf: (user) => (check) => decideAccess(authorizer, user, check),
      },
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
