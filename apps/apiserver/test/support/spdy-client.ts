import type { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { request as startRequest } from 'node:https';
import type { Socket } from 'node:net';
import { FrameReader } from '../../src/doors/https/spdy/frame-reader.ts';
import { FrameWriter } from '../../src/doors/https/spdy/frame-writer.ts';
import type { Frame } from '../../src/doors/https/spdy/frames.ts';
import type { HttpsClient } from './https-client.ts';

/** A client's stream, as it goes by. */
export interface ClientStream {
  id: number;
  /** What has come. */
  text: string;
  replied: boolean;
  ended: boolean;
  reset: number | undefined;
}

/** A client of SPDY/3.1 as kubectl is one: it knows no windows unless it is told to. */
export class SpdyClient {
  readonly response: IncomingMessage;
  readonly socket: Socket;
  readonly streams = new Map<number, ClientStream>();
  readonly others: Frame[] = [];
  readonly closed: Promise<void>;
  readonly #writer = new FrameWriter();
  #nextId = 1;
  #waiting: { is: () => boolean; resolve: () => void }[] = [];

  private constructor(response: IncomingMessage, socket: Socket, head: Buffer) {
    this.response = response;
    this.socket = socket;
    const reader = new FrameReader();
    const take = (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) this.#take(frame);
      this.#look();
    };
    socket.on('data', take);
    socket.on('error', () => {});
    this.closed = new Promise((resolve) =>
      socket.on('close', () => {
        resolve();
        this.#look();
      }),
    );
    if (head.length > 0) take(head);
  }

  /** Rejects with the answer's text when it is no upgrade. */
  static open(client: HttpsClient, path: string, headers: Record<string, string | string[]> = {}): Promise<SpdyClient> {
    return new Promise((resolve, reject) => {
      const request = startRequest({
        host: '127.0.0.1',
        port: client.port,
        method: 'POST',
        path,
        ...client.tls,
        agent: false,
        headers: { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'content-length': '0', ...headers },
      });
      request.on('upgrade', (response, socket, head) => resolve(new SpdyClient(response, socket as Socket, head)));
      request.on('response', async (response) => {
        let text = '';
        for await (const chunk of response) text += String(chunk);
        reject(new Error(`${response.statusCode} ${text.trim()}`));
      });
      request.on('error', reject);
      request.end();
    });
  }

  stream(headers: Record<string, string>): ClientStream {
    const stream: ClientStream = { id: this.#nextId, text: '', replied: false, ended: false, reset: undefined };
    this.#nextId += 2;
    this.streams.set(stream.id, stream);
    this.send({ type: 'synStream', id: stream.id, headers: new Map(Object.entries(headers)), fin: false, unidirectional: false });
    return stream;
  }

  send(frame: Frame): void {
    this.socket.write(this.#writer.encode(frame));
  }

  data(stream: ClientStream, text: string, fin = false): void {
    this.send({ type: 'data', id: stream.id, bytes: new TextEncoder().encode(text), fin });
  }

  /** Resolves when what has come is as wanted; rejects when the connection ends before. */
  async until(is: () => boolean): Promise<void> {
    if (!is()) await new Promise<void>((resolve) => this.#waiting.push({ is, resolve }));
    if (!is()) throw new Error('the connection ended');
  }

  #look(): void {
    const gone = this.socket.destroyed;
    for (const each of [...this.#waiting]) {
      if (!gone && !each.is()) continue;
      this.#waiting = this.#waiting.filter((other) => other !== each);
      each.resolve();
    }
  }

  #take(frame: Frame): void {
    const stream = 'id' in frame ? this.streams.get(frame.id) : undefined;
    if (frame.type === 'synReply' && stream) stream.replied = true;
    else if (frame.type === 'rstStream' && stream) stream.reset = frame.status;
    else if (frame.type === 'data' && stream) {
      stream.text += new TextDecoder().decode(frame.bytes);
      stream.ended ||= frame.fin;
    } else this.others.push(frame);
  }
}
