import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { Agent, type RequestOptions, request as startRequest } from 'node:https';
import type { KubeObject } from '@kubernats/api';
import { realClock } from '@kubernats/clock';
import type { StatusObject } from '@kubernats/errors';
import { loopbackNetwork } from '@kubernats/net';
import { type CertificateAuthority, createCertificateAuthority, issueClientCertificate, issueServerCertificate } from '@kubernats/pki';
import type { TlsMaterial } from '../../src/doors/https/tls-material.ts';
import type { ApiServer } from '../../src/index.ts';

export interface Answer {
  code: number;
  headers: IncomingMessage['headers'];
  text: string;
  /** The body as JSON; whoever asks knows what it is. */
  json<T = KubeObject>(): T;
  status(): StatusObject;
}

export interface Send {
  headers?: Record<string, string>;
  /** An object is sent as JSON; text and bytes as they are. */
  body?: object | string | Uint8Array;
}

export interface WatchEvent<T = KubeObject> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: T;
}

/** A watch that is read event by event. */
export interface WatchReader {
  code: number;
  /** The next event; undefined when the server has ended the watch. */
  next<T = KubeObject>(): Promise<WatchEvent<T> | undefined>;
  /** The next `count` events as `TYPE name`. */
  take(count: number): Promise<string[]>;
  close(): void;
}

/** A person at the HTTPS door, with a certificate of their own. */
export class HttpsClient implements Disposable {
  readonly port: number;
  readonly tls: { ca: string; cert?: string; key?: string };
  readonly #agent: Agent;

  constructor(port: number, tls: { ca: string; cert?: string; key?: string }) {
    this.port = port;
    this.tls = tls;
    this.#agent = new Agent({ ...tls, keepAlive: true });
  }

  async send(method: string, path: string, { headers, body }: Send = {}): Promise<Answer> {
    const bytes = body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    // Without a length a client of Node sends no body with DELETE.
    const length = bytes === undefined ? {} : { 'content-length': Buffer.byteLength(bytes) };
    const incoming = await this.open(method, path, { 'content-type': 'application/json', ...length, ...headers }, bytes);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const json = <T>() => JSON.parse(text) as T;
    return { code: incoming.statusCode ?? 0, headers: incoming.headers, text, json, status: () => json<StatusObject>() };
  }

  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.send('GET', path, headers ? { headers } : {});
  }

  post(path: string, body: Send['body'], headers?: Record<string, string>): Promise<Answer> {
    return this.send('POST', path, { body, ...(headers ? { headers } : {}) });
  }

  put(path: string, body: Send['body']): Promise<Answer> {
    return this.send('PUT', path, { body });
  }

  delete(path: string, body?: object): Promise<Answer> {
    return this.send('DELETE', path, body ? { body } : {});
  }

  patch(path: string, body: object | string, kind: 'json' | 'merge' | 'strategic-merge' = 'merge'): Promise<Answer> {
    return this.send('PATCH', path, { body, headers: { 'content-type': `application/${kind}-patch+json` } });
  }

  async watch(path: string, headers: Record<string, string> = {}): Promise<WatchReader> {
    const incoming = await this.open('GET', path, headers);
    const lines = linesOf(incoming);
    const next = async <T>(): Promise<WatchEvent<T> | undefined> => {
      const { value, done } = await lines.next();
      return done ? undefined : (JSON.parse(value) as WatchEvent<T>);
    };
    return {
      code: incoming.statusCode ?? 0,
      next,
      async take(count) {
        const taken: string[] = [];
        while (taken.length < count) {
          const event = await next<KubeObject>();
          if (!event) return [...taken, 'END'];
          taken.push(`${event.type} ${event.object.metadata?.name ?? ''}`.trim());
        }
        return taken;
      },
      close: () => incoming.destroy(),
    };
  }

  /** The answer's head has come; the body has not been read. */
  open(method: string, path: string, headers: RequestOptions['headers'], body?: string | Uint8Array): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = startRequest({ host: '127.0.0.1', port: this.port, method, path, headers, agent: this.#agent }, resolve);
      request.on('error', reject);
      request.end(body);
    });
  }

  http2(): ClientHttp2Session {
    return connectHttp2(`https://127.0.0.1:${this.port}`, this.tls);
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

async function* linesOf(incoming: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of incoming) {
      rest += String(chunk);
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch {
    // The connection was cut: that is an end, too.
  }
}

/** The HTTPS door of a server under test, with an authority that makes anybody a certificate. */
export class HttpsFixture implements Disposable {
  readonly #ca: CertificateAuthority;
  readonly port: number;
  readonly admin: HttpsClient;
  readonly anonymous: HttpsClient;
  readonly #clients: HttpsClient[] = [];

  private constructor(ca: CertificateAuthority, port: number, adminTls: { cert: string; key: string }) {
    this.#ca = ca;
    this.port = port;
    this.admin = this.#client(adminTls);
    this.anonymous = this.#client({});
  }

  static async open(
    server: ApiServer,
    authority?: CertificateAuthority,
    advertiseAddress?: string,
    at = { host: '127.0.0.1', port: 0 },
    frontProxy: Pick<TlsMaterial, 'requestHeader' | 'proxyClient'> = {},
  ): Promise<HttpsFixture> {
    const ca = authority ?? (await createCertificateAuthority({ clock: realClock }, 'test'));
    const certificate = await issueServerCertificate({ clock: realClock }, ca, {
      commonName: 'apiserver',
      names: ['localhost'],
      addresses: ['127.0.0.1'],
    });
    const where = { ...at, network: loopbackNetwork(), ...(advertiseAddress ? { advertiseAddress } : {}) };
    const door = await server.listenHttps({ ...where, ...certificate, clientCaPem: ca.certificatePem, ...frontProxy });
    return new HttpsFixture(ca, door.port, await issued(ca, 'kubernetes-admin', ['system:masters']));
  }

  async as(user: string, groups: string[] = []): Promise<HttpsClient> {
    return this.#client(await issued(this.#ca, user, groups));
  }

  /** Somebody whose certificate has expired. */
  async expired(user: string): Promise<HttpsClient> {
    return this.#client(await issued(this.#ca, user, [], -1));
  }

  /** Somebody whose certificate another authority has signed. */
  async stranger(): Promise<HttpsClient> {
    const other = await createCertificateAuthority({ clock: realClock }, 'other');
    return this.#client(await issued(other, 'kubernetes-admin', ['system:masters']));
  }

  #client(tls: { cert?: string; key?: string }): HttpsClient {
    const client = new HttpsClient(this.port, { ca: this.#ca.certificatePem, ...tls });
    this.#clients.push(client);
    return client;
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients) client[Symbol.dispose]();
  }
}

async function issued(ca: CertificateAuthority, user: string, groups: string[], validMs?: number): Promise<{ cert: string; key: string }> {
  const { certificatePem: cert, privateKeyPem: key } = await issueClientCertificate({ clock: realClock }, ca, { user, groups, validMs });
  return { cert, key };
}
