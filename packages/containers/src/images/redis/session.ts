import type { Connection } from '@kubernats/net';
import { controlCommand } from './control-commands.ts';
import { array, bulk, CommandReader, encodeReply, failure, integer, OK, ProtocolError, type Reply } from './resp.ts';
import type { RedisServer } from './server.ts';

const COMMAND_CPU_MS = 0.02;
/** Allowed to those who have not said the password. */
const OPEN_COMMANDS = new Set(['auth', 'hello', 'quit', 'reset']);
const SUBSCRIBED_COMMANDS = new Set(['subscribe', 'unsubscribe', 'psubscribe', 'punsubscribe', 'ping', 'quit', 'reset']);

/** One client's connection: reads its commands in order and answers in order. */
export class Session {
  readonly server: RedisServer;
  readonly connection: Connection;
  readonly #reader = new CommandReader();
  database = 0;
  name = '';
  authenticated: boolean;
  /** The commands since MULTI. */
  queued: string[][] | undefined;

  constructor(server: RedisServer, connection: Connection) {
    this.server = server;
    this.connection = connection;
    this.authenticated = (server.config.get('requirepass') ?? '') === '';
    connection.once('close', () => {
      for (const kind of ['channel', 'pattern'] as const)
        for (const name of server.hub.namesOf(kind, this)) server.hub.unsubscribe(kind, name, this);
    });
    void this.#serve();
  }

  get subscriptions(): number {
    const { hub } = this.server;
    return hub.namesOf('channel', this).length + hub.namesOf('pattern', this).length;
  }

  send(reply: Reply): void {
    if (!this.connection.destroyed) this.connection.write(Buffer.from(encodeReply(reply), 'latin1'));
  }

  async #serve(): Promise<void> {
    const { connection, server } = this;
    try {
      for await (const chunk of connection.iterator({ destroyOnReturn: false })) {
        const part: Uint8Array = chunk;
        const commands = this.#reader.read(part);
        if (commands.length === 0) continue;
        await server.context.meter.work(COMMAND_CPU_MS * commands.length);
        const replies = commands.flatMap((words) => this.#answer(words));
        // What a client is told has been kept.
        await server.journal?.flush();
        server.context.meter.setMemory(server.store.bytes);
        if (connection.destroyed) return;
        if (!connection.write(Buffer.from(replies.map(encodeReply).join(''), 'latin1'))) await drained(connection);
        if (commands.some(([name]) => name?.toLowerCase() === 'quit')) break;
      }
      connection.end();
    } catch (error) {
      if (!(error instanceof ProtocolError)) connection.destroy();
      else connection.end(Buffer.from(encodeReply(failure(`ERR Protocol error: ${error.message}`)), 'latin1'));
    }
  }

  /** The replies to one command: a subscription to several channels has several. */
  #answer(words: readonly string[]): Reply[] {
    const { server } = this;
    const name = (words[0] ?? '').toLowerCase();
    server.commands++;
    if (!this.authenticated && !OPEN_COMMANDS.has(name)) return [failure('NOAUTH Authentication required.')];
    if (this.subscriptions > 0 && !SUBSCRIBED_COMMANDS.has(name)) {
      return [
        failure(`ERR Can't execute '${name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`),
      ];
    }
    if (this.queued && !['exec', 'discard', 'multi', 'quit', 'reset'].includes(name)) {
      this.queued.push([...words]);
      return [{ kind: 'simple', text: 'QUEUED' }];
    }
    if (name === 'exec') return [this.#exec()];
    return this.execute(words);
  }

  execute(words: readonly string[]): Reply[] {
    const { server } = this;
    if (server.store.knows((words[0] ?? '').toLowerCase())) return [server.store.run(this.database, words)];
    return controlCommand(this, words) ?? [server.store.run(this.database, words)];
  }

  subscribe(kind: 'channel' | 'pattern', names: readonly string[]): Reply[] {
    return names.map((name) => {
      this.server.hub.subscribe(kind, name, this);
      return array([bulk(kind === 'channel' ? 'subscribe' : 'psubscribe'), bulk(name), integer(this.subscriptions)]);
    });
  }

  unsubscribe(kind: 'channel' | 'pattern', names: readonly string[]): Reply[] {
    const { hub } = this.server;
    const word = kind === 'channel' ? 'unsubscribe' : 'punsubscribe';
    const mine = names.length > 0 ? names : hub.namesOf(kind, this);
    if (mine.length === 0) return [array([bulk(word), bulk(undefined), integer(this.subscriptions)])];
    return mine.map((name) => {
      hub.unsubscribe(kind, name, this);
      return array([bulk(word), bulk(name), integer(this.subscriptions)]);
    });
  }

  #exec(): Reply {
    const commands = this.queued;
    if (!commands) return failure('ERR EXEC without MULTI');
    this.queued = undefined;
    return array(commands.map((words) => this.execute(words)[0] ?? OK));
  }
}

function drained(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      connection.off('drain', done).off('close', done);
      resolve();
    };
    connection.on('drain', done).on('close', done);
  });
}
