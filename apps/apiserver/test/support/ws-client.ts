import { Buffer } from 'node:buffer';
import { WebSocket } from 'ws';
import type { HttpsClient } from './https-client.ts';

/** A WebSocket that keeps what comes, by channel. */
export class WsClient {
  readonly socket: WebSocket;
  /** The answer's code and text, when it was no upgrade. */
  readonly opened: Promise<void>;
  readonly closed: Promise<number>;
  readonly channels = new Map<number, string>();
  readonly #base64: boolean;

  constructor(client: HttpsClient, path: string, protocols: string[] = [], headers: Record<string, string> = {}, autoPong = true) {
    this.#base64 = protocols.some((name) => name.includes('base64'));
    this.socket = new WebSocket(`wss://127.0.0.1:${client.port}${path}`, protocols, { ...client.tls, headers, autoPong });
    this.opened = new Promise((resolve, reject) => {
      this.socket.on('open', () => resolve());
      this.socket.on('unexpected-response', async (_request, response) => {
        let text = '';
        for await (const chunk of response) text += String(chunk);
        reject(new Error(`${response.statusCode} ${text.trim()}`));
      });
    });
    this.opened.catch(() => {});
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
    this.socket.on('message', (data: Buffer) => {
      const channel = this.#base64 ? (data[0] ?? 0) - 0x30 : (data[0] ?? 0);
      const payload = this.#base64 ? Buffer.from(String(data.subarray(1)), 'base64') : data.subarray(1);
      this.channels.set(channel, this.text(channel) + payload.toString('latin1'));
    });
  }

  text(channel: number): string {
    return this.channels.get(channel) ?? '';
  }

  send(channel: number, text: string): void {
    if (this.#base64) this.socket.send(`${channel}${Buffer.from(text).toString('base64')}`);
    else this.socket.send(Buffer.concat([Uint8Array.of(channel), Buffer.from(text)]));
  }

  /** Resolves when what came on the channel is as wanted, or the socket is closed. */
  async until(channel: number, is: (text: string) => boolean): Promise<void> {
    while (!is(this.text(channel)) && this.socket.readyState !== WebSocket.CLOSED) {
      await new Promise<void>((resolve) => {
        this.socket.once('message', () => resolve());
        this.socket.once('close', () => resolve());
      });
    }
  }
}
