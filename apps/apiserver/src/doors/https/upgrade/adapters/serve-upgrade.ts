import type { Buffer } from 'node:buffer';
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import type { Network } from '@kubernats/net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type BodyReply, encodeError, type Reply, textReply } from '../../../../encode/reply.ts';
import { NodeUnreachable } from '../../../../streams/node-stream.ts';
import type { StreamService } from '../../../../streams/stream-service.ts';
import type { WatchHub } from '../../../../watch/watch-hub.ts';
import { sendReply } from '../../adapters/send-reply.ts';
import { sendRefusal, tunnel } from '../../proxy/adapters/tunnel.ts';
import { negotiate } from '../negotiate.ts';
import { serveService } from '../serve-service.ts';
import { socketWire } from './socket-wire.ts';
import { webSocketWire } from './web-socket-wire.ts';

export interface UpgradeDeps {
  clock: Clock;
  log: Log;
  network: Network;
  watches: WatchHub;
  /** What the request is answered with, by the same way as any other. */
  answer(request: IncomingMessage): Promise<Reply>;
}

const KEEP_ALIVE_MS = 30_000;
const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;
const CHOSEN = Symbol('the protocol that was agreed on');

/** Serves requests of HTTP/1.1 that want to upgrade their connection. What is refused is answered as any other request. */
export function upgradeServer(deps: UpgradeDeps): (request: IncomingMessage, socket: Socket, head: Buffer) => void {
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: MESSAGE_BYTES_MAX });
  sockets.on('headers', (headers, request: IncomingMessage & { [CHOSEN]?: string }) => {
    if (request[CHOSEN]) headers.push(`Sec-WebSocket-Protocol: ${request[CHOSEN]}`);
  });

  /** The library reads no protocol with a slash in its name (`SPDY/3.1+…`): the choice is ours, and is said by hand. */
  const openWebSocket = (request: IncomingMessage, socket: Socket, head: Buffer, protocol: string): Promise<WebSocket> => {
    delete request.headers['sec-websocket-protocol'];
    Object.assign(request, { [CHOSEN]: protocol });
    return new Promise((resolve, reject) => {
      socket.once('close', () => reject(new Error('the client has gone')));
      sockets.handleUpgrade(request, socket, head, resolve);
    });
  };

  const serve = async (request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> => {
    const reply = await deps.answer(request);
    if (reply.type === 'proxy') {
      keepOpen(socket);
      const tunnelled = await tunnel(deps.network, reply.target, request, socket, head);
      if (tunnelled === 'open') return;
      if ('refusal' in tunnelled) return sendRefusal(tunnelled.refusal, responseOn(request, socket));
      return refuse(request, socket, tunnelled.reply, deps.watches);
    }
    if (reply.type !== 'upgrade') return refuse(request, socket, reply, deps.watches);
    const { headers, method = 'GET' } = request;
    const agreed = negotiate(reply.service.kind, {
      method,
      upgrade: headers.upgrade,
      webSocketProtocols: headers['sec-websocket-protocol'],
      streamProtocols: headers['x-stream-protocol-version']?.toString(),
      userAgent: headers['user-agent'],
    });
    if (agreed.transport === 'none') return refuse(request, socket, textReply(agreed.code, agreed.text, agreed.headers), deps.watches);
    keepOpen(socket);
    if (agreed.transport === 'webSocket') {
      const wire = webSocketWire(await openWebSocket(request, socket, head, agreed.protocol));
      return serveService(reply.service, agreed, wire, deps.clock);
    }
    const begun = await begin(reply.service);
    if ('refusal' in begun) return refuse(request, socket, begun.refusal, deps.watches);
    const chosen = agreed.protocol === '' ? '' : `X-Stream-Protocol-Version: ${agreed.protocol}\r\n`;
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n${chosen}\r\n`);
    return serveService(begun.service, agreed, socketWire(socket, head), deps.clock);
  };

  return (request, socket, head) => {
    socket.on('error', () => {});
    serve(request, socket, head).catch((error: unknown) => {
      deps.log.debug({ error, url: request.url }, 'an upgrade could not be served');
      socket.destroy();
    });
  };
}

function keepOpen(socket: Socket): void {
  socket.setTimeout(0);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
}

/** Over SPDY, as the kubelet does it, a program that cannot be started is refused before the upgrade. */
async function begin(service: StreamService): Promise<{ service: StreamService } | { refusal: BodyReply }> {
  if (service.kind !== 'command') return { service };
  try {
    const node = await service.open();
    return { service: { ...service, open: async () => node } };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { refusal: error instanceof NodeUnreachable ? encodeError(error, []) : textReply(error.code, error.message) };
  }
}

/** Answers without the upgrade; the connection ends with the answer. */
async function refuse(
  request: IncomingMessage,
  socket: Socket,
  reply: Exclude<Reply, { type: 'upgrade' | 'proxy' }>,
  watches: WatchHub,
): Promise<void> {
  await sendReply(reply, responseOn(request, socket), watches, {
    acceptsGzip: false,
    isHead: request.method === 'HEAD',
    headers: {},
    isGone: () => socket.destroyed,
  });
}

/** A way to answer on a connection that was not upgraded. */
function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.on('error', () => {});
  response.on('finish', () => socket.end());
  socket.on('close', () => response.destroy());
  response.assignSocket(socket);
  // What else the client sends is dropped: it gets to read the answer.
  socket.resume();
  return response;
}
