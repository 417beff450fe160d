import type { EndpointSlice, Service } from '@kubernats/api';
import { StatusError } from '@kubernats/errors';
import type { Address } from '@kubernats/net';
import { remoteHeaders } from '../authn/request-header.ts';
import type { Core } from '../core.ts';
import { failureText } from '../proxy/failure-text.ts';
import { TransportError } from '../webhooks/adapters/secure-connection.ts';
import { serviceEndpoint } from '../webhooks/service-endpoint.ts';
import type { ExtensionClient } from './adapters/extension-client.ts';
import { type Availability, failedDiscovery, PASSED, serviceProblem } from './availability.ts';
import { type DiscoveredVersion, discoveredVersion } from './discovered-version.ts';
import type { Extension } from './extension.ts';

export interface Checked {
  availability: Availability;
  /** What it serves, where it has said so. */
  discovered?: DiscoveredVersion;
}

/** Who asks: somebody who may see everything, as the server has to answer whoever may. */
const AGGREGATOR = remoteHeaders({ name: 'system:kube-aggregator', groups: ['system:masters'] }).flat();
const WITHIN_MS = 5_000;

/** Looks whether an extension API server can be asked, by asking it what it serves. */
export async function checkExtension(core: Core, client: ExtensionClient, extension: Extension, stop: AbortSignal): Promise<Checked> {
  const state = (group: string, resource: string) => core.streams.state.resource(group, resource);
  const { namespace, name } = extension.service;
  const service: Service | undefined = state('', 'services').get(namespace, name)?.object;
  const slices = [...state('discovery.k8s.io', 'endpointslices').withField(`${namespace}/${name}`)];
  const problem = serviceProblem(
    extension,
    service,
    slices.map(({ object }) => object as EndpointSlice),
  );
  if (problem) return { availability: problem };
  let address: Address;
  try {
    address = serviceEndpoint(core, extension.service);
  } catch (error) {
    return { availability: failedDiscovery(messageOf(error)) };
  }
  return ask(core, client, extension, address, stop);
}

async function ask(core: Core, client: ExtensionClient, extension: Extension, address: Address, stop: AbortSignal): Promise<Checked> {
  const path = `/apis/${extension.group}/${extension.version}`;
  const url = `https://${address.host}:${address.port}${path}`;
  const late = new AbortController();
  const signal = AbortSignal.any([stop, late.signal]);
  const timer = core.clock.setTimer(WITHIN_MS, () =>
    late.abort(new TransportError('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')),
  );
  const get = (at: string) => client.get(extension, { path: at, headers: AGGREGATOR }, { address, signal });
  try {
    const { code, body } = await get(path);
    if (code < 200 || code >= 300) {
      return { availability: failedDiscovery(`failing or missing response from ${url}: bad status from ${url}: ${code}`) };
    }
    // Many have none, and are no worse for that.
    const index = await get('/openapi/v3').catch(() => undefined);
    const discovered = discoveredVersion(extension, parsed(body), index?.code === 200 ? parsed(index.body) : undefined);
    return { availability: PASSED, ...(discovered ? { discovered } : {}) };
  } catch (error) {
    const why = error instanceof TransportError ? error.message : failureText(signal.aborted ? signal.reason : error, address);
    return { availability: failedDiscovery(`failing or missing response from ${url}: Get "${url}": ${why}`) };
  } finally {
    timer.cancel();
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

const messageOf = (error: unknown): string => {
  if (error instanceof StatusError) return error.message;
  throw error;
};
