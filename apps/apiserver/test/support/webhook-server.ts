import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { realClock } from '@kubernats/clock';
import type { Address, Network } from '@kubernats/net';
import { type CertificateAuthority, createCertificateAuthority, issueServerCertificate } from '@kubernats/pki';

/** A webhook under test: a real TLS server on connections of a network. */
export interface WebhookServer extends AsyncDisposable {
  address: Address;
  /** Base64, as configurations have it. */
  caBundle: string;
  /** How many connections there were. */
  readonly connections: number;
  /** Closes them as they are. */
  cut(): void;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export interface WebhookServerOptions {
  at?: Address;
  names?: string[];
  addresses?: string[];
  authority?: CertificateAuthority;
  /** When the certificate is made. */
  madeAtMs?: number;
}

export async function startWebhookServer(network: Network, answer: Answer, options: WebhookServerOptions = {}): Promise<WebhookServer> {
  const { at = { host: '127.0.0.1', port: 0 }, names = [], addresses = [], madeAtMs } = options;
  const authority = options.authority ?? (await createCertificateAuthority({ clock: realClock }, 'webhook-ca'));
  const clock = { ...realClock, now: () => madeAtMs ?? realClock.now() };
  const { certificatePem: cert, privateKeyPem: key } = await issueServerCertificate({ clock }, authority, {
    commonName: names[0] ?? 'webhook',
    names,
    addresses,
  });
  const open = new Set<{ destroy(): void }>();
  let connections = 0;
  const server = createServer({ cert, key }, (request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => answer(request, response, body));
  });
  const listener = await network.listen(at, (connection) => {
    connections++;
    open.add(connection);
    connection.once('close', () => open.delete(connection));
    connection.on('error', () => {});
    server.emit('connection', connection);
  });
  const cut = () => {
    for (const connection of open) connection.destroy();
  };
  return {
    address: listener.address,
    caBundle: Buffer.from(authority.certificatePem).toString('base64'),
    get connections() {
      return connections;
    },
    cut,
    async [Symbol.asyncDispose]() {
      await listener.close();
      cut();
      server.closeAllConnections();
    },
  };
}
