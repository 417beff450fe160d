import { Buffer } from 'node:buffer';
import { Channel } from '@kubernats/client';
import type { CommandClient, CommandStatus } from '../../../streams/bridge-command.ts';
import type { CommandService } from '../../../streams/stream-service.ts';
import type { Wire } from './wire.ts';

const NOTHING = new Uint8Array();

/**
 * A client of exec or attach on a WebSocket: each message is one byte channel and the payload, or with `base64` a digit and the payload in
 * base64. From version 4 on the last word is a `Status`, before only an error's text; version 5 can end stdin alone.
 */
export function webSocketCommand(wire: Wire, protocol: string, wants: CommandService): CommandClient {
  const coding = codingOf(protocol);
  const saysStatus = protocol.startsWith('v4.') || protocol.startsWith('v5.');
  const closesStdin = protocol.startsWith('v5.');
  const send = (channel: number, chunk: Uint8Array) => wire.write(coding.encode(channel, chunk), coding.kind);
  // An empty message tells the client at once that it is served.
  void send(wants.stdout ? Channel.stdout : wants.stderr ? Channel.stderr : Channel.status, NOTHING);
  return {
    async listen(to) {
      for await (const message of wire.incoming) {
        const { channel, payload } = coding.decode(message);
        if (channel === Channel.stdin || channel === Channel.resize) await to(channel, payload);
        else if (channel === Channel.close && closesStdin && payload[0] === Channel.stdin) await to(Channel.close, payload);
      }
      wire.destroy();
    },
    send,
    async finish(status) {
      const text = saysStatus ? JSON.stringify(status) : failureText(status);
      if (text !== '') await send(Channel.status, Buffer.from(text));
      wire.finish();
    },
    closed: wire.closed,
  };
}

/** What clients before version 4 read: nothing when all is well. */
export const failureText = ({ status, message }: CommandStatus): string => (status === 'Success' ? '' : (message ?? 'unknown error'));

interface Coding {
  kind: 'text' | 'binary';
  encode(channel: number, payload: Uint8Array): Uint8Array;
  decode(message: Uint8Array): { channel: number | undefined; payload: Uint8Array };
}

const BINARY: Coding = {
  kind: 'binary',
  encode(channel, payload) {
    const message = Buffer.allocUnsafe(payload.length + 1);
    message[0] = channel;
    message.set(payload, 1);
    return message;
  },
  decode: (message) => ({ channel: message[0], payload: message.subarray(1) }),
};

const DIGIT_0 = 0x30;

const BASE64: Coding = {
  kind: 'text',
  encode: (channel, payload) => Buffer.concat([Uint8Array.of(DIGIT_0 + channel), Buffer.from(Buffer.from(payload).toString('base64'))]),
  decode: (message) => ({
    channel: message[0] === undefined ? undefined : message[0] - DIGIT_0,
    payload: Buffer.from(Buffer.from(message.subarray(1)).toString('latin1'), 'base64'),
  }),
};

export const codingOf = (protocol: string): Coding => (protocol.includes('base64') ? BASE64 : BINARY);
