import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const REQUEST = 'GET / HTTP/1.1\r\nHost: test\r\n\r\n';

/** An HTTP connection that stays open: who answers on it is always the same. */
export class Conversation implements Disposable {
  readonly #socket: Socket;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly ended: Promise<unknown>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    this.ended = new Promise((resolve) => socket.once('close', resolve));
  }

  /** Rejects with the system's code (`ECONNREFUSED`) where nobody listens. */
  static async begin(host: string, port: number): Promise<Conversation> {
    const socket = connect({ host, port, noDelay: true });
    await once(socket, 'connect');
    return new Conversation(socket);
  }

  /** The Pod that answers; rejects when the connection ends first. */
  async ask(): Promise<string> {
    let text = '';
    const answered = Promise.withResolvers<string>();
    const hear = (data: Buffer): void => {
      text += data;
      const pod = /^pod: (\S+)$/m.exec(text)?.[1];
      if (pod !== undefined && text.endsWith('\n')) answered.resolve(pod);
    };
    this.#socket.on('data', hear);
    this.#socket.write(REQUEST);
    const ended = this.ended.then(() => Promise.reject(new Error('the connection ended')));
    try {
      return await Promise.race([answered.promise, ended]);
    } finally {
      this.#socket.off('data', hear);
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

/** The Pod that answers a connection of its own. */
export async function askOnce(host: string, port: number): Promise<string> {
  using conversation = await Conversation.begin(host, port);
  return await conversation.ask();
}
