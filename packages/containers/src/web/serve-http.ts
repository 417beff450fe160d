import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Address, type Connection, type Listener, NetworkError, refusalText } from '@kubernats/net';
import { listenHttp } from '../adapters/http.ts';
import type { ImageContext } from '../image.ts';
import { type Access, accessOf } from './access.ts';
import { type ControlPaths, controlPaths } from './control-paths.ts';
import { beforeStop, stopNow } from './until-stopped.ts';

/** Answers one request, with Node's own request and response. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse, client: Address) => Promise<void> | void;

export interface HttpOptions {
  /** The CPU time that a request costs, in milliseconds, besides what the handler asks the meter for. Default 0.1. */
  cpuMs?: number;
  /** Hears of each request when it has been answered: for an access log. */
  served?(access: Access): void;
}

const REQUEST_CPU_MS = 0.1;
const FIRST_REQUEST_PATIENCE_MS = 1000;

/**
 * Serves HTTP/1.1 on a port of the Pod, with the paths of `controlPaths` before the handler's. A handler that throws is answered with 500 and a line in the log. With `untilStopped` the server ends in order. A
 * port that this machine does not give (EACCES) is told of in an event and the log, and the container lives on without it; another refusal is thrown as
 * `NetworkError`. Resolves with whether it listens.
 */
export async function serveHttp(context: ImageContext, port: number, handle: HttpHandler, options: HttpOptions = {}): Promise<boolean> {
  const server = new HttpServer(context, handle, options);
  try {
    const listener = await listenHttp(
      context.network,
      port,
      (request, response, connection) => void server.answer(request, response, connection),
      (connection) => server.opened(connection),
    );
    beforeStop(context, () => server.drain(listener));
    return true;
  } catch (error) {
    if (!(error instanceof NetworkError) || error.code !== 'EACCES') throw error;
    const text = refusalText(`TCP ${context.network.ip}:${port}`, port, error);
    context.event('Warning', 'PortNotOpened', text);
    void context.stderr(`${text}\n`);
    return false;
  }
}

/** Ends a connection once everything that was written has gone. */
function farewell(connection: Connection): void {
  if (connection.writableFinished) {
    connection.destroy();
    return;
  }
  connection.once('finish', () => connection.destroy());
  if (!connection.writableEnded) connection.end();
}

class HttpServer {
  readonly #context: ImageContext;
  readonly #handle: HttpHandler;
  readonly #options: HttpOptions;
  readonly #control: ControlPaths;
  /** Each connection with the responses that are not done. */
  readonly #open = new Map<Connection, Set<ServerResponse>>();
  readonly #fresh = new Set<Connection>();
  #stopping = false;
  #emptied: () => void = () => {};

  constructor(context: ImageContext, handle: HttpHandler, options: HttpOptions) {
    this.#context = context;
    this.#handle = handle;
    this.#options = options;
    this.#control = controlPaths(context);
    void this.#control.exited.then((code) => stopNow(context, code));
  }

  opened(connection: Connection): void {
    this.#open.set(connection, new Set());
    this.#fresh.add(connection);
    connection.once('close', () => {
      this.#open.delete(connection);
      this.#fresh.delete(connection);
      if (this.#open.size === 0) this.#emptied();
    });
  }

  async answer(request: IncomingMessage, response: ServerResponse, connection: Connection): Promise<void> {
    const context = this.#context;
    const responses = this.#open.get(connection);
    responses?.add(response);
    this.#fresh.delete(connection);
    if (this.#stopping) response.shouldKeepAlive = false;
    response.once('close', () => {
      responses?.delete(response);
      if (response.writableFinished) this.#options.served?.(accessOf(request, response, connection.remote.host, context.clock.now()));
      if (this.#stopping && responses?.size === 0) farewell(connection);
    });
    try {
      if (this.#control.handle(request, response)) return;
      await context.meter.work(this.#options.cpuMs ?? REQUEST_CPU_MS);
      await this.#handle(request, response, connection.remote);
    } catch (error) {
      if (context.signal.aborted) return;
      void context.stderr(`${error instanceof Error ? error.stack : String(error)}\n`);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end('Internal Server Error\n');
    }
  }

  /** Takes no new connection, finishes the requests that have come, and drops what is idle. Who has connected but not yet asked gets a moment to. */
  async drain(listener: Listener): Promise<void> {
    this.#stopping = true;
    await listener.close();
    for (const [connection, responses] of this.#open) {
      for (const response of responses) response.shouldKeepAlive = false;
      if (responses.size === 0 && !this.#fresh.has(connection)) connection.destroy();
    }
    if (this.#open.size === 0) return;
    const patience = this.#context.clock.setTimer(FIRST_REQUEST_PATIENCE_MS, () => {
      for (const connection of this.#fresh) connection.destroy();
    });
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    patience.cancel();
  }
}
