import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

interface Answer {
  id?: number;
  result?: { isError?: boolean; content?: { text: string }[]; serverInfo?: { version: string } };
  error?: { message: string };
}

/** An MCP server on its standard streams: JSON-RPC, a message a line. Source: the Model Context Protocol, "Transports: stdio". */
export class McpServer implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  #id = 0;

  constructor(path: string, args: readonly string[]) {
    this.#child = spawn(path, args);
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      if (answer.id !== undefined) this.#waiting.get(answer.id)?.resolve(answer);
    });
    this.#child.once('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the server has ended'));
    });
  }

  async initialize(): Promise<this> {
    await this.#ask('initialize', {
      protocolVersion: '2025-03-26',
      capabilities: {},
      clientInfo: { name: 'kubernats', version: '1' },
    });
    this.#send({ method: 'notifications/initialized' });
    return this;
  }

  /** What a tool says; throws what it says when it fails. */
  async tool(name: string, args: object): Promise<string> {
    const { result, error } = await this.#ask('tools/call', { name, arguments: args });
    const text = result?.content?.map((part) => part.text).join('') ?? '';
    if (error !== undefined || result?.isError) throw new Error(error?.message ?? text);
    return text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill();
    await closed;
  }

  #ask(method: string, params: object): Promise<Answer> {
    this.#id += 1;
    const id = this.#id;
    const answer = Promise.withResolvers<Answer>();
    this.#waiting.set(id, answer);
    this.#send({ id, method, params });
    return answer.promise;
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }
}
