import type { ApiTransport } from '@kubernats/client';
import { loopbackNetwork, type Network } from '@kubernats/net';
import { ExtensionClient } from './aggregation/adapters/extension-client.ts';
import { ExtensionSwaggers } from './aggregation/extension-swaggers.ts';
import { Extensions } from './aggregation/extensions.ts';
import { keepAvailability } from './aggregation/keep-availability.ts';
import { passOn } from './aggregation/pass-on.ts';
import { apiServicePriorities } from './aggregation/priorities.ts';
import { keepAuthenticationConfig } from './authn/keep-authentication-config.ts';
import { bootstrap } from './bootstrap/bootstrap.ts';
import { keepKubernetesService } from './bootstrap/kubernetes-service.ts';
import type { UserInfo } from './call.ts';
import { type ApiServerConfig, DEFAULT_CONFIG } from './config.ts';
import { placeOfResource } from './core.ts';
import { type ApiServerDeps, createCore } from './create-core.ts';
import { emptyDefinitions } from './custom/empty-definitions.ts';
import { keepApiServices } from './custom/keep-api-services.ts';
import { keepDefinitionStatuses } from './custom/keep-definition-statuses.ts';
import { type HttpsDoor, type HttpsOptions, listen } from './doors/https/adapters/listen-https.ts';
import type { Health } from './doors/https/paths/health.ts';
import { Paths } from './doors/https/paths/paths.ts';
import { followTlsFiles, type TlsFiles } from './doors/https/tls-files.ts';
import type { TlsMaterial } from './doors/https/tls-material.ts';
import { Visits } from './doors/https/visits/visits.ts';
import { inProcessTransport } from './doors/in-process.ts';
import { serveNats } from './doors/nats/serve-nats.ts';
import type { Instrumentation } from './instrumentation/instrumentation.ts';
import { serveJoin } from './join/serve-join.ts';
import { compactTombstones } from './maintenance/compact-tombstones.ts';
import { expireEvents } from './maintenance/expire-events.ts';
import { expireTokens } from './maintenance/expire-tokens.ts';
import { recountQuotas } from './maintenance/recount-quotas.ts';
import { repairAllocations } from './maintenance/repair-allocations.ts';
import { handle } from './pipeline.ts';
import { WatchHub } from './watch/watch-hub.ts';

/** A running API server. HTTPS is a door of its own: `listenHttps`. */
export interface ApiServer extends AsyncDisposable {
  /** Resolves when the caches are loaded, what every cluster has is there, and the NATS door is open. */
  readonly ready: Promise<void>;
  readonly isReady: boolean;
  /** How many read a watch over HTTPS. */
  readonly watchers: number;
  /** The way in for whoever lives in the same process. Requests wait until the server is ready. */
  transportFor(user: UserInfo, userAgent?: string): ApiTransport;
  /**
   * Opens the door for people: HTTP/1.1 and HTTP/2 over TLS. It is closed with the server. With `advertiseAddress` the `kubernetes` Service leads to
   * the door by that address. By `network` it reaches Pods for those who ask for the proxy of one, or of a Service. `tlsFiles` are looked at again and again:
   * new connections use the certificates that are in them then.
   */
  listenHttps(options: HttpsOptions & { network: Network; advertiseAddress?: string; tlsFiles?: TlsFiles }): Promise<HttpsDoor>;
  close(): Promise<void>;
}

/** Builds an API server on the given store and bus and starts it. Source: DESIGN sections 3 and 4. */
export function createApiServer(deps: ApiServerDeps, overrides: Partial<ApiServerConfig> = {}): ApiServer {
  const config = { ...DEFAULT_CONFIG, ...overrides };
  const core = createCore(deps, config);
  const { instrumentation } = core;
  const watches = new WatchHub(deps.clock, (row) => instrumentation.watchCounters(row));
  const visits = new Visits({ clock: deps.clock, ids: deps.ids, instrumentation }, config.limits);
  const { metrics, openMetrics, auditor } = deps;
  if (metrics) instrumentation.instruments.showIn(metrics);
  if (auditor) auditor.onEvent = () => instrumentation.auditEvents.add();
  const extensions = new Extensions(placeOfResource(core, 'apiregistration.k8s.io', 'v1', 'apiservices').cache);
  const extensionClient = new ExtensionClient({ network: deps.network ?? loopbackNetwork(), clock: deps.clock });
  const extensionSwaggers = new ExtensionSwaggers(core, extensionClient);
  const stop = new AbortController();
  const cleanup = new AsyncDisposableStack();
  const doors: HttpsDoor[] = [];
  let isReady = false;
  const following = (name: 'state' | 'events' | 'leases') => () => (core.streams[name].isReady ? undefined : 'not loaded yet');
  const health: Health = {
    live: {},
    ready: {
      bus: () => (deps.bus.status === 'connected' ? undefined : deps.bus.status),
      state: following('state'),
      events: following('events'),
      leases: following('leases'),
      'poststarthook/bootstrap': () => (isReady || stop.signal.aborted ? undefined : 'not finished'),
      shutdown: () => (stop.signal.aborted ? 'process is shutting down' : undefined),
    },
  };

  const start = async (): Promise<void> => {
    await Promise.all(Object.values(core.streams).map((stream) => stream.start()));
    core.customKinds.start();
    cleanup.defer(() => core.customKinds.close());
    cleanup.defer(keepDefinitionStatuses(core));
    await bootstrap(core);
    cleanup.defer(await repairAllocations(core));
    cleanup.use(serveNats(core));
    cleanup.use(serveJoin(core));
    await deps.bus.flush();
    cleanup.defer(expireEvents(core, config.eventTtlMs));
    cleanup.defer(compactTombstones(core));
    cleanup.defer(expireTokens(core));
    cleanup.defer(recountQuotas(core));
    cleanup.defer(emptyDefinitions(core));
    cleanup.defer(keepApiServices(core));
    cleanup.use(extensionClient);
    cleanup.defer(keepAvailability(core, extensions, extensionClient));
    isReady = true;
  };
  const ready = start();
  ready.catch(() => {});

  const close = async (): Promise<void> => {
    if (stop.signal.aborted) return;
    stop.abort();
    isReady = false;
    // Who looks at /readyz gets to see it before the door is closed.
    if (doors.length > 0 && config.shutdownDelayMs > 0) await deps.clock.sleep(config.shutdownDelayMs);
    await cleanup.disposeAsync();
    watches.close();
    await Promise.all(doors.map((door) => door.close()));
    core.webhookClient[Symbol.dispose]();
    await Promise.all(Object.values(core.streams).map((stream) => stream.close()));
  };

  return {
    ready,
    get isReady() {
      return isReady;
    },
    get watchers() {
      return watches.size;
    },
    transportFor(user, userAgent) {
      const transport = inProcessTransport(core, user, userAgent);
      return {
        request: async (request, options) => {
          await ready;
          return transport.request(request, options);
        },
        follow: async (target, sink, signal) => {
          await ready;
          return transport.follow(target, sink, signal);
        },
      };
    },
    async listenHttps(options) {
      await ready;
      let { port } = options;
      const paths = new Paths({
        health,
        kinds: core.kinds,
        serverAddress: () => `${options.host}:${port}`,
        tokenKey: core.tokenKey,
        extensions,
        priorities: apiServicePriorities(core),
        swaggersOf: (all) => extensionSwaggers.of(all),
        ...(openMetrics ? { metricsText: textOf(openMetrics, instrumentation) } : {}),
      });
      const { advertiseAddress, network, tlsFiles, ...rest } = options;
      const door = await listen(
        {
          authorizer: core.authorizer,
          auditor,
          instrumentation,
          visits,
          tokens: core.tokens,
          paths,
          handle: (incoming) => handle(core, incoming),
          extensions,
          passOn: (extension, user, url) => passOn(core, extensionClient, extension, user, url),
          watches,
          clock: deps.clock,
          log: deps.log,
          network,
        },
        rest,
      );
      port = door.port;
      doors.push(door);
      const authentication = cleanup.use(await keepAuthenticationConfig(core, rest));
      extensionClient.renew(rest.proxyClient);
      const renew = (material: TlsMaterial) => {
        door.renew(material);
        extensionClient.renew(material.proxyClient);
        authentication.renew(material);
      };
      if (tlsFiles) cleanup.defer(followTlsFiles(deps, tlsFiles, rest, renew));
      if (advertiseAddress) {
        const own = { address: advertiseAddress, port: door.port };
        cleanup.defer(await keepKubernetesService(core, own, config.kubernetesServiceNodePort));
      }
      return door;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The text of /metrics. What writes it is loaded when somebody first asks. */
function textOf(openMetrics: NonNullable<ApiServerDeps['openMetrics']>, { instruments }: Instrumentation): () => Promise<string> {
  let opened: ReturnType<typeof openMetrics> | undefined;
  return async () => {
    opened ??= openMetrics().then((metrics) => {
      instruments.showIn(metrics);
      return metrics;
    });
    return (await opened).text();
  };
}
