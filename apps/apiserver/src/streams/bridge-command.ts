import type { ByteStream } from '@kubernats/bus';
import { Channel, ChannelDecoder, encodeChannelFrame } from '@kubernats/client';
import { internalError } from '@kubernats/errors';
import { NodeUnreachable } from './node-stream.ts';

/** The last word on a program: a `Status`, of which success says little. */
export interface CommandStatus {
  status?: string;
  message?: string;
}

/** A client of exec or attach, however it speaks. */
export interface CommandClient {
  /** Hands over what the client sends, channel by channel, as fast as it is taken. Settles when the client has no more to say. */
  listen(to: (channel: number, payload: Uint8Array) => Promise<void>): Promise<void>;
  /** Never rejects: `closed` tells. */
  send(channel: number, chunk: Uint8Array): Promise<void> | undefined;
  /** Says how it ended, and closes. */
  finish(status: CommandStatus): Promise<void>;
  readonly closed: Promise<void>;
}

/** Carries a program's streams between a client and its node, until the program or the client is done. Never rejects. */
export async function bridgeCommand(client: CommandClient, open: () => Promise<ByteStream>): Promise<void> {
  let node: ByteStream;
  try {
    node = await open();
  } catch (error) {
    return client.finish(upgradeFailure(error));
  }
  void client.closed.then(() => node.destroy('the client has gone'));
  void client
    .listen((channel, payload) => node.write(encodeChannelFrame(channel, payload)))
    .catch(() => {
      // The node ended first: how, it says itself.
    });
  await client.finish(await relay(client, node));
  node.destroy();
}

async function relay(client: CommandClient, node: ByteStream): Promise<CommandStatus> {
  const decoder = new ChannelDecoder();
  try {
    for await (const bytes of node.incoming) {
      for (const { channel, payload } of decoder.push(bytes)) {
        if (channel === Channel.status) return JSON.parse(new TextDecoder().decode(payload)) as CommandStatus;
        await client.send(channel, payload);
      }
    }
    return internalError('the node ended the session before the program').toStatus();
  } catch (error) {
    return internalError(`the connection to the node was lost: ${error instanceof Error ? error.message : String(error)}`).toStatus();
  }
}

/** What a node refuses to a client whose connection has been upgraded already. */
function upgradeFailure(error: unknown): CommandStatus {
  if (error instanceof NodeUnreachable) return internalError(error).toStatus();
  return internalError(`unable to upgrade connection: ${error instanceof Error ? error.message : String(error)}`).toStatus();
}
