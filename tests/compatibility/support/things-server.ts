import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { realClock } from '@kubernats/clock';
import { createCertificateAuthority, issueServerCertificate } from '@kubernats/pki';

/** What an API server of one resource is told. */
export interface ThingsOptions {
  group: string;
  plural: string;
  kind: string;
  /** The name that its certificate is of: that of its Service. */
  serverName: string;
  /** Whose clients it believes who they speak for. */
  frontProxyCaPem: string;
}

/** An extension API server that listens. */
export interface ThingsServer extends AsyncDisposable {
  host: string;
  port: number;
  /** Base64, as APIServices have it. */
  caBundle: string;
}

/** An API server as people write them: one resource that can be listed and read, told of by discovery and by OpenAPI in both versions; for front proxies only. */
export async function startThingsServer(options: ThingsOptions): Promise<ThingsServer> {
  const ca = await createCertificateAuthority({ clock: realClock }, 'things-ca');
  const subject = { commonName: options.serverName, names: [options.serverName], addresses: [] };
  const { certificatePem: cert, privateKeyPem: key } = await issueServerCertificate({ clock: realClock }, ca, subject);
  const answers = answersOf(options);
  const server = createServer(
    { cert, key, ca: options.frontProxyCaPem, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const [path = ''] = (request.url ?? '').split('?');
      const found = answers(request.headers['x-remote-user']?.toString() ?? '').get(path);
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 }));
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { address: host, port } = server.address() as AddressInfo;
  return {
    ...{ host, port, caBundle: Buffer.from(ca.certificatePem).toString('base64') },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** By path, for a user. */
function answersOf({ group, plural, kind }: ThingsOptions): (user: string) => ReadonlyMap<string, object> {
  const at = `/apis/${group}/v1`;
  const gvk = { group, version: 'v1', kind };
  const meta = { apiVersion: `${group}/v1`, kind };
  const definitions = (ref: string) => ({
    [kind]: {
      description: 'Something that another server keeps.',
      type: 'object',
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        metadata: { $ref: `${ref}Metadata`, description: 'Its name.' },
        size: { type: 'integer', format: 'int32', description: 'How large it is.' },
      },
      'x-kubernetes-group-version-kind': [gvk],
    },
    Metadata: { type: 'object', properties: { name: { type: 'string' } } },
  });
  const listing = (response: object) => ({
    [`${at}/${plural}`]: {
      get: {
        operationId: `list${kind}`,
        'x-kubernetes-action': 'list',
        'x-kubernetes-group-version-kind': gvk,
        responses: { 200: { description: 'OK', ...response } },
      },
    },
  });
  const swagger = {
    ...{ swagger: '2.0', info: { title: plural, version: 'v1' } },
    paths: listing({ schema: { $ref: `#/definitions/${kind}` } }),
    definitions: definitions('#/definitions/'),
  };
  const openApi3 = {
    ...{ openapi: '3.0.0', info: { title: plural, version: 'v1' } },
    paths: listing({ content: { 'application/json': { schema: { $ref: `#/components/schemas/${kind}` } } } }),
    components: { schemas: definitions('#/components/schemas/') },
  };
  const resources = [{ name: plural, singularName: '', namespaced: false, kind, verbs: ['get', 'list'] }];
  const common: [string, object][] = [
    [at, { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${group}/v1`, resources }],
    ['/openapi/v2', swagger],
    ['/openapi/v3', { paths: { [at.slice(1)]: { serverRelativeURL: `/openapi/v3${at}` } } }],
    [`/openapi/v3${at}`, openApi3],
  ];
  return (user) => {
    const one = { ...meta, metadata: { name: 'one', labels: { 'asked-by': user.replaceAll(/[^\w.-]/g, '-') } }, size: 3 };
    return new Map<string, object>([
      ...common,
      [`${at}/${plural}`, { ...meta, kind: `${kind}List`, metadata: {}, items: [one] }],
      [`${at}/${plural}/one`, one],
    ]);
  };
}
