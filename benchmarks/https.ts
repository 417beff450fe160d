import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { connect, type TLSSocket } from 'node:tls';
import { parse } from 'yaml';
import { type AnswerParts, AnswerReader } from './answer-reader.ts';

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

type PartsOf = (done: () => void, fail: (error: Error) => void) => AnswerParts;

/** What came last on any connection: it is read at once, and what is kept of it is copied. */
const RECEIVED = Buffer.allocUnsafe(64 * 1024);

/** What ends an event of a watch, and stands nowhere in it: the ends of lines within texts are escaped. */
const EVENT_END = 0x0a;

/**
 * A client with one connection that it keeps, and one request at a time. It shares the processors with the server that it measures, so
 * that it does as little as a client can: a request is one write, and of an answer's head it reads the status and the length.
 */
export class HttpsClient implements Disposable {
  readonly #access: Access;
  #socket: TLSSocket | undefined;
  #parts: AnswerParts | undefined;
  #fail: (error: Error) => void = () => {};

  constructor(access: Access) {
    this.#access = access;
  }

  /** The answer's body; rejects unless it is a success. */
  async send(method: string, path: string, body = ''): Promise<string> {
    let code = 0;
    const parts: Buffer[] = [];
    await this.#exchange(method, path, body, (done) => ({
      onHead: (status) => {
        code = status;
      },
      onBody: (part) => parts.push(Buffer.from(part)),
      onEnd: done,
    }));
    const text = Buffer.concat(parts).toString();
    if (code >= 300) throw new Error(`${method} ${path}: ${code} ${text}`);
    return text;
  }

  /** Reads a path's answer to its end and throws it away; how many bytes it had. */
  async receive(path: string): Promise<number> {
    let bytes = 0;
    await this.#exchange('GET', path, '', (done, fail) => ({
      onHead: (code) => (code === 200 ? undefined : fail(new Error(`GET ${path}: ${code}`))),
      onBody: (part) => {
        bytes += part.length;
      },
      onEnd: done,
    }));
    return bytes;
  }

  /** Watches a path; `onLine` gets each event. Resolves with what ends it, once the answer has begun. */
  follow(path: string, onLine: (line: string) => void): Promise<() => void> {
    let rest = '';
    const decoder = new StringDecoder();
    return this.#read(path, (part) => {
      const lines = (rest + decoder.write(part)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
  }

  /** Watches a path; `onEvents` gets how many more have come, which costs less than to read them. */
  count(path: string, onEvents: (count: number) => void): Promise<() => void> {
    return this.#read(path, (part) => {
      let count = 0;
      for (let at = part.indexOf(EVENT_END); at !== -1; at = part.indexOf(EVENT_END, at + 1)) count++;
      if (count > 0) onEvents(count);
    });
  }

  [Symbol.dispose](): void {
    this.#socket?.destroy();
  }

  async #read(path: string, onBody: (part: Buffer) => void): Promise<() => void> {
    await this.#exchange('GET', path, '', (begun, fail) => ({
      onHead: (code) => (code === 200 ? begun() : fail(new Error(`GET ${path}: ${code}`))),
      onBody,
      onEnd: () => {},
    }));
    return () => this.#socket?.destroy();
  }

  async #exchange(method: string, path: string, body: string, partsOf: PartsOf): Promise<void> {
    const socket = this.#socket ?? (await this.#connect());
    const head = `${method} ${path} HTTP/1.1\r\nhost: ${this.#access.url.host}\r\ncontent-type: application/json\r\n`;
    await new Promise<void>((resolve, reject) => {
      this.#parts = partsOf(resolve, reject);
      this.#fail = reject;
      socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }

  async #connect(): Promise<TLSSocket> {
    const { url, ca, cert, key } = this.#access;
    const reader = new AnswerReader({
      onHead: (code) => this.#parts?.onHead(code),
      onBody: (part) => this.#parts?.onBody(part),
      onEnd: () => this.#parts?.onEnd(),
    });
    const callback = (length: number): boolean => {
      reader.take(RECEIVED.subarray(0, length));
      return true;
    };
    // As node:net documents it; TLS hands it on.
    const onread = { onread: { buffer: RECEIVED, callback } };
    const socket = connect({ host: url.hostname, port: Number(url.port), ca, cert, key, ...onread });
    socket.setNoDelay(true);
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
    await once(socket, 'secureConnect');
    this.#socket = socket;
    return socket;
  }
}
