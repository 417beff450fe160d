import type { ByteStream } from '@kubernats/bus';

/** One connection that a client of port-forward wants, however it speaks. */
export interface ForwardedConnection {
  readonly port: number;
  /** Until the client ends its direction. Throws when it gives up. */
  readonly incoming: AsyncIterable<Uint8Array>;
  /** Never rejects: `closed` tells. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** Nothing more comes from the Pod. */
  end(): Promise<void>;
  /** It did not work, or broke: says why, and closes. */
  fail(message: string): Promise<void>;
  /** Settles when it is over; false: not because both directions have come to their end. */
  readonly closed: Promise<boolean>;
}

/** Carries one connection between a client and a Pod, each direction to its end. Never rejects. */
export async function bridgePort(client: ForwardedConnection, dial: (port: number) => Promise<ByteStream>): Promise<void> {
  let pod: ByteStream;
  try {
    pod = await dial(client.port);
  } catch (error) {
    return client.fail(messageOf(error));
  }
  let gone = false;
  void client.closed.then((orderly) => {
    if (orderly) return;
    gone = true;
    pod.destroy('the client has gone');
  });
  const outward = async (): Promise<void> => {
    for await (const chunk of pod.incoming) await client.write(chunk);
    await client.end();
  };
  const inward = async (): Promise<void> => {
    for await (const chunk of client.incoming) await pod.write(chunk);
    await pod.end();
  };
  try {
    await Promise.all([outward(), inward()]);
  } catch (error) {
    if (!gone) await client.fail(`error forwarding port ${client.port}: ${messageOf(error)}`);
    pod.destroy(messageOf(error));
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
