import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { realClock } from '@kubernats/clock';
import { createCertificateAuthority, issueServerCertificate } from '@kubernats/pki';
import { afterAll } from 'vitest';

/** What the requests of a test meet behind the proxy: a server on an address of a Pod. It ends with the file. */
export interface Backend {
  host: string;
  port: number;
  server: Server;
}

/** Answers by path; what has no row is echoed as JSON: method, URL, headers and body. */
export type Answers = Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>>;

export async function startBackend(host: string, answers: Answers = {}, { tls = false } = {}): Promise<Backend> {
  const listener: RequestListener = (request, response) => {
    const answer = answers[request.url?.split('?', 1)[0] ?? ''];
    if (answer) answer(request, response);
    else void echo(request, response);
  };
  const server = tls ? createTlsServer(await certificate(host), listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return { host, port: typeof address === 'object' && address ? address.port : 0, server };
}

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { method, url, headers } = request;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ method, url, headers, body }));
}

async function certificate(host: string): Promise<{ cert: string; key: string }> {
  const ca = await createCertificateAuthority({ clock: realClock }, 'nobody knows');
  const names = { commonName: 'backend', names: [], addresses: [host] };
  const { certificatePem: cert, privateKeyPem: key } = await issueServerCertificate({ clock: realClock }, ca, names);
  return { cert, key };
}
