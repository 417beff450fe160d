import type { ByteStream } from '@kubernats/bus';

/** What a request that takes over its connection asks for, whatever the way in which the client then speaks. */
export type StreamService = CommandService | PortForwardService;

/** `exec` and `attach`: a program's streams and, in the end, its status. */
export interface CommandService {
  kind: 'command';
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
  /** Starts it at the node: a stream of channel frames. Rejects with a `StatusError`. */
  open(): Promise<ByteStream>;
}

/** `portforward`: connections to ports of a Pod. */
export interface PortForwardService {
  kind: 'portForward';
  /** The ports that the request names; protocols that name one with each connection do without. */
  ports: readonly number[];
  /** Rejects with a `StatusError`. */
  dial(port: number): Promise<ByteStream>;
}
