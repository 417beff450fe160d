import { NetworkError } from '@kubernats/net';
import type { ImageContext } from '../../image.ts';
import { numberFlag } from '../../programs/flags.ts';
import { ReplyReader, showReply } from './replies.ts';
import { encodeCommand, type Reply } from './resp.ts';

interface Target {
  host: string;
  port: number;
  password: string | undefined;
  database: string | undefined;
}

/** `redis-cli [-h host] [-p port] [-a password] [-n db] [command …]`; without a command it reads lines from its standard input. */
export async function redisCli(context: ImageContext, words: readonly string[]): Promise<number> {
  const { target, command, raw } = argumentsOf(context, words.slice(1));
  try {
    const host = await context.network.lookup(target.host);
    await using session = await CliSession.open(context, { ...target, host });
    if (command.length > 0) return print(context, await session.ask(command), raw);
    for await (const line of linesOf(context.stdin)) {
      const asked = line.match(/"(?:\\.|[^"\\])*"|\S+/g)?.map((word) => word.replace(/^"(.*)"$/, '$1')) ?? [];
      if (asked[0] === 'quit' || asked[0] === 'exit') break;
      if (asked.length > 0) print(context, await session.ask(asked), raw);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const why =
      error.code === 'ENOTFOUND'
        ? 'Name or service not known'
        : error.code === 'EAI_AGAIN'
          ? 'Temporary failure in name resolution'
          : error.code === 'ECONNREFUSED'
            ? 'Connection refused'
            : error.message;
    await context.stderr(`Could not connect to Redis at ${target.host}:${target.port}: ${why}\n`);
    return 1;
  }
}

function argumentsOf({ env, terminal }: ImageContext, words: readonly string[]): { target: Target; command: string[]; raw: boolean } {
  const target: Target = { host: '127.0.0.1', port: 6379, password: env.REDISCLI_AUTH, database: undefined };
  let raw = terminal === undefined;
  let i = 0;
  for (; i < words.length && words[i]?.startsWith('-'); i++) {
    const flag = words[i];
    if (flag === '--raw') raw = true;
    else if (flag === '--no-raw') raw = false;
    else if (flag === '-h') target.host = words[++i] ?? target.host;
    else if (flag === '-p') target.port = numberFlag('p', words[++i] ?? '');
    else if (flag === '-a' || flag === '--pass') target.password = words[++i];
    else if (flag === '-n') target.database = words[++i];
  }
  return { target, command: words.slice(i), raw };
}

async function* linesOf(stdin: AsyncIterable<Uint8Array> | undefined): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of stdin ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n|\r/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function print(context: ImageContext, reply: Reply, raw: boolean): number {
  void context.stdout(Buffer.from(`${showReply(reply, raw)}\n`, 'latin1'));
  return reply.kind === 'error' ? 1 : 0;
}

class CliSession implements AsyncDisposable {
  readonly #connection: Awaited<ReturnType<ImageContext['network']['dial']>>;
  readonly #replies: AsyncIterator<Reply>;

  private constructor(connection: Awaited<ReturnType<ImageContext['network']['dial']>>) {
    this.#connection = connection;
    this.#replies = repliesOf(connection);
  }

  static async open({ network, signal }: ImageContext, { host, port, password, database }: Target): Promise<CliSession> {
    const session = new CliSession(await network.dial({ host, port }, { signal }));
    if (password !== undefined) await session.ask(['AUTH', password]);
    if (database !== undefined) await session.ask(['SELECT', database]);
    return session;
  }

  async ask(command: readonly string[]): Promise<Reply> {
    const bytes = Buffer.from(encodeCommand(command.map((word) => Buffer.from(word).toString('latin1'))), 'latin1');
    this.#connection.write(bytes);
    const { value, done } = await this.#replies.next();
    if (done) throw new NetworkError('ECONNRESET', 'Server closed the connection');
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.destroy();
  }
}

async function* repliesOf(connection: AsyncIterable<Uint8Array>): AsyncGenerator<Reply, undefined> {
  const reader = new ReplyReader();
  for await (const chunk of connection) yield* reader.read(chunk);
}
