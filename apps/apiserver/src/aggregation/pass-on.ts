import { StatusError } from '@kubernats/errors';
import type { Address } from '@kubernats/net';
import { remoteHeaders } from '../authn/request-header.ts';
import type { UserInfo } from '../call.ts';
import type { Core } from '../core.ts';
import { decodedText } from '../doors/https/parse-path.ts';
import { type Reply, textReply } from '../encode/reply.ts';
import { serviceEndpoint } from '../webhooks/service-endpoint.ts';
import type { ExtensionClient } from './adapters/extension-client.ts';
import type { Extension } from './extension.ts';

const SERVICE_UNAVAILABLE = textReply(503, 'service unavailable');

/** Passes a request on to the API server whose it is, in the name of the user. `url`: path and query as they came. Source: kube-aggregator's proxy handler. */
export function passOn(core: Core, client: ExtensionClient, extension: Extension, user: UserInfo, url: string): Reply {
  const address = extension.isAvailable ? endpointOf(core, extension) : undefined;
  if (!address) return SERVICE_UNAVAILABLE;
  const [path = ''] = url.split('?', 1);
  const { namespace, name, port } = extension.service;
  return {
    type: 'proxy',
    target: {
      scheme: 'https',
      ...address,
      path: decodedText(path),
      prefix: '',
      extension: {
        authority: `${name}.${namespace}.svc:${port}`,
        headers: remoteHeaders(user).flat(),
        connect: (signal) => client.connect(extension, { address, signal }),
        kept: () => client.kept(extension),
      },
    },
  };
}

function endpointOf(core: Core, extension: Extension): Address | undefined {
  try {
    return serviceEndpoint(core, extension.service);
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}
