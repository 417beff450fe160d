import { Buffer } from 'node:buffer';
import { Channel } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import type { CommandClient } from '../../../streams/bridge-command.ts';
import type { CommandService } from '../../../streams/stream-service.ts';
import { ResetStatus } from '../spdy/frames.ts';
import { SpdyConnection } from '../spdy/spdy-connection.ts';
import type { SpdyStream } from '../spdy/spdy-stream.ts';
import { failureText } from './websocket-command.ts';
import type { Wire } from './wire.ts';

/** As in Kubernetes: how long a client may take to open its streams. */
const STREAMS_WITHIN_MS = 30_000;
const CHANNEL_OF: ReadonlyMap<string, number> = new Map([
  ['stdin', Channel.stdin],
  ['stdout', Channel.stdout],
  ['stderr', Channel.stderr],
  ['error', Channel.status],
  ['resize', Channel.resize],
]);

/**
 * A client of exec or attach over SPDY: it opens a stream for each channel, named by the header `streamtype`. From version 4 on the last
 * word, on the stream `error`, is a `Status`; the terminal's size came with version 3.
 */
export function spdyCommand(wire: Wire, protocol: string, wants: CommandService, clock: Clock): CommandClient {
  const hasResize = !['', 'channel.k8s.io', 'v2.channel.k8s.io'].includes(protocol);
  const saysStatus = protocol.startsWith('v4.') || protocol.startsWith('v5.');
  const streams = new Map<number, SpdyStream>();
  const missing = new Set<number>([
    Channel.status,
    ...(wants.stdin ? [Channel.stdin] : []),
    ...(wants.stdout ? [Channel.stdout] : []),
    ...(wants.stderr ? [Channel.stderr] : []),
    ...(wants.tty && hasResize ? [Channel.resize] : []),
  ]);
  const complete = Promise.withResolvers<void>();
  const timer = clock.setTimer(STREAMS_WITHIN_MS, () => wire.destroy());
  const settle = (): void => {
    timer.cancel();
    complete.resolve();
  };
  void wire.closed.then(settle);
  const connection = new SpdyConnection(wire, (stream) => {
    const channel = CHANNEL_OF.get(stream.headers.get('streamtype') ?? '');
    if (channel === undefined || !missing.delete(channel)) return stream.reset(ResetStatus.refusedStream);
    streams.set(channel, stream);
    if (missing.size === 0) settle();
  });
  void connection.run();
  return {
    async listen(to) {
      await complete.promise;
      const carry = async (channel: number): Promise<void> => {
        for await (const chunk of streams.get(channel)?.incoming ?? []) await to(channel, chunk);
        if (channel === Channel.stdin) await to(Channel.close, Uint8Array.of(Channel.stdin));
      };
      await Promise.all([Channel.stdin, Channel.resize].map(carry));
    },
    async send(channel, chunk) {
      await complete.promise;
      await streams.get(channel)?.write(chunk);
    },
    async finish(status) {
      await complete.promise;
      const text = saysStatus ? JSON.stringify(status) : failureText(status);
      if (text !== '') void streams.get(Channel.status)?.write(Buffer.from(text));
      await Promise.all([...streams.values()].map((stream) => stream.end()));
      wire.finish();
    },
    closed: wire.closed,
  };
}
