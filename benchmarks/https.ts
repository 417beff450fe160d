import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';

/** How a kubeconfig reaches its cluster. */
export interface Access {
  url: URL;
  ca: string;
  cert: string;
  key: string;
}

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
}

const pem = (base64: string): string => Buffer.from(base64, 'base64').toString();

export async function accessOf(kubeconfig: string): Promise<Access> {
  const { clusters, users } = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
  if (!cluster || !user) throw new Error(`${kubeconfig} has no cluster or user`);
  return {
    url: new URL(cluster.server),
    ca: pem(cluster['certificate-authority-data']),
    cert: pem(user['client-certificate-data']),
    key: pem(user['client-key-data']),
  };
}

/** A client with one connection, as one kubectl or controller has. */
export class HttpsClient implements Disposable {
  readonly #access: Access;
  readonly #agent: Agent;

  constructor(access: Access) {
    this.#access = access;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, ca: access.ca, cert: access.cert, key: access.key });
  }

  /** The answer's body; rejects unless it is a success. */
  send(method: string, path: string, body?: string): Promise<string> {
    const { hostname, port } = this.#access.url;
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const outgoing = request({ hostname, port, path, method, headers, agent: this.#agent }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if ((answer.statusCode ?? 500) < 300) resolve(text);
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** Follows a path whose answer is lines; `onLine` gets each. Resolves with what ends it, once the answer has begun. */
  follow(path: string, onLine: (line: string) => void): Promise<() => void> {
    const { hostname, port } = this.#access.url;
    return new Promise((resolve, reject) => {
      const outgoing = request({ hostname, port, path, agent: this.#agent }, (answer) => {
        let rest = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) onLine(line);
        });
        answer.on('error', () => {});
        resolve(() => outgoing.destroy());
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
