import { Buffer } from 'node:buffer';
import { bridgePort, type ForwardedConnection } from '../../../streams/bridge-port.ts';
import type { PortForwardService } from '../../../streams/stream-service.ts';
import { ResetStatus } from '../spdy/frames.ts';
import { SpdyConnection } from '../spdy/spdy-connection.ts';
import type { SpdyStream } from '../spdy/spdy-stream.ts';
import type { Wire } from './wire.ts';

interface Pair {
  data?: SpdyStream;
  error?: SpdyStream;
}

/**
 * Port-forward over SPDY: for each connection the client opens a stream for errors and one for data, which belong together by the header
 * `requestid`. Serves until the client is gone; never rejects.
 */
export function spdyPortForward(wire: Wire, service: PortForwardService): Promise<void> {
  const pairs = new Map<string, Pair>();
  const connection = new SpdyConnection(wire, (stream) => {
    const type = stream.headers.get('streamtype');
    const port = Number(stream.headers.get('port'));
    if ((type !== 'data' && type !== 'error') || !Number.isInteger(port) || port < 1 || port > 65_535) {
      return stream.reset(ResetStatus.refusedStream);
    }
    const key = requestOf(stream, type);
    const pair = pairs.get(key) ?? {};
    if (pair[type]) return stream.reset(ResetStatus.refusedStream);
    pair[type] = stream;
    pairs.set(key, pair);
    void stream.closed.then(() => pairs.get(key) === pair && !(pair.data && pair.error) && pairs.delete(key));
    if (!pair.data || !pair.error) return;
    pairs.delete(key);
    void bridgePort(forwarded(port, pair.data, pair.error), service.dial);
  });
  return connection.run();
}

/** Old clients do not number their requests: there the data stream follows the error stream. */
function requestOf(stream: SpdyStream, type: 'data' | 'error'): string {
  return stream.headers.get('requestid') ?? `stream ${type === 'error' ? stream.id : stream.id - 2}`;
}

function forwarded(port: number, data: SpdyStream, error: SpdyStream): ForwardedConnection {
  return {
    port,
    incoming: data.incoming,
    write: (chunk) => data.write(chunk),
    // kubectl passes the end on to its own client when the stream for errors has ended, too.
    async end() {
      await data.end();
      await error.end();
    },
    async fail(message) {
      void error.write(Buffer.from(message));
      await error.end();
      data.reset();
    },
    closed: data.closed,
  };
}
