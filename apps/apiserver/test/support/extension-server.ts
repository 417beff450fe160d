import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { realClock } from '@kubernats/clock';
import { type CertificateAuthority, createCertificateAuthority, issueServerCertificate } from '@kubernats/pki';
import { WebSocketServer } from 'ws';

/** An API server beside the one under test: of `things` in a group, for nobody but front proxies. */
export interface ExtensionServer extends AsyncDisposable {
  host: string;
  port: number;
  /** Base64, as APIServices have it. */
  caBundle: string;
  /** What it was asked: method and URL, by whom. */
  asked: string[];
  /** How many connections have come, and how many of them are open. */
  connections: { made: number; open: number };
  /** Closes the connections on which nothing is asked. */
  closeIdle(): void;
  /** How it answers what it is asked for; undefined: as it should. */
  behave: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
}

const json = (response: ServerResponse, body: object, code = 200): void => {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const VERBS = ['create', 'delete', 'get', 'list', 'watch'];

export async function startExtensionServer(
  group: string,
  { host, name, proxyCa }: { host: string; name: string; proxyCa: CertificateAuthority },
): Promise<ExtensionServer> {
  const ca = await createCertificateAuthority({ clock: realClock }, 'extension-ca');
  const subject = { commonName: name, names: [name], addresses: [] };
  const { certificatePem: cert, privateKeyPem: key } = await issueServerCertificate({ clock: realClock }, ca, subject);
  const at = `/apis/${group}/v1`;
  const list = {
    kind: 'APIResourceList',
    groupVersion: `${group}/v1`,
    resources: [
      { name: 'things', singularName: 'thing', namespaced: true, kind: 'Thing', verbs: VERBS, shortNames: ['th'] },
      { name: 'things/status', singularName: '', namespaced: true, kind: 'Thing', verbs: ['get'] },
    ],
  };
  const answers: Record<string, object> = {
    [at]: list,
    '/openapi/v3': { paths: { [at.slice(1)]: { serverRelativeURL: `/openapi/v3${at}?hash=AB` } } },
    [`/openapi/v3${at}`]: { openapi: '3.0.0', info: { title: 'things' } },
    '/openapi/v2': swaggerOf(group),
  };
  const server = createServer({ cert, key, ca: proxyCa.certificatePem, requestCert: true, rejectUnauthorized: true });
  const extension: ExtensionServer = {
    ...{ host, port: 0, caBundle: Buffer.from(ca.certificatePem).toString('base64'), asked: [], behave: undefined },
    connections: { made: 0, open: 0 },
    closeIdle: () => server.closeIdleConnections(),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  server.on('secureConnection', (socket) => {
    extension.connections.made++;
    extension.connections.open++;
    socket.on('close', () => extension.connections.open--);
  });
  server.on('request', (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?');
    extension.asked.push(`${request.method} ${request.url} ${request.headers['x-remote-user']}`);
    if (extension.behave) return extension.behave(request, response);
    const known = answers[path];
    if (known && path === '/openapi/v2') return tagged(request, response, known);
    if (known) return json(response, known);
    if (query.includes('watch=')) return void watch(response);
    void echo(request, response);
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('message', (data) => opened.send(`${request.headers['x-remote-user']}: ${String(data)}`));
    });
  });
  server.listen(0, host);
  await once(server, 'listening');
  extension.port = (server.address() as AddressInfo).port;
  return extension;
}

/** What Go's servers say of their kinds, in short. */
const swaggerOf = (group: string) => ({
  swagger: '2.0',
  paths: {
    [`/apis/${group}/v1/things`]: {
      get: { operationId: 'listThings', responses: { 200: { description: 'OK', schema: { $ref: '#/definitions/Thing' } } } },
    },
    '/healthz': { get: { operationId: 'healthz' } },
  },
  definitions: {
    Thing: {
      description: 'Anything.',
      type: 'object',
      properties: { metadata: { $ref: `#/definitions/${META}` } },
      'x-kubernetes-group-version-kind': [{ group, kind: 'Thing', version: 'v1' }],
    },
    [META]: { type: 'object', properties: { name: { type: 'string' } } },
  },
});

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

function tagged(request: IncomingMessage, response: ServerResponse, body: object): void {
  response.setHeader('etag', '"1"');
  if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
  else json(response, body);
}

/** An event now, and one when the answer has been seen to begin. */
function watch(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  for (const name of ['a', 'b']) response.write(`${JSON.stringify({ type: 'ADDED', object: { metadata: { name } } })}\n`);
}

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { method, url, headers } = request;
  json(response, { method, url, headers, body });
}
