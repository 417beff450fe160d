import type { BusStatus } from './port.ts';

/** A message as a link hands it up. `noResponders` tells that nobody listens where a message with this reply subject went. */
export interface LinkMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply: string | undefined;
  readonly noResponders: boolean;
}

/** What a link tells the bus on top of it. */
export interface LinkEvents {
  status(status: BusStatus): void;
  /** The server refused a message because of its subject. */
  publishRefused(subject: string): void;
}

/**
 * The little that a messaging system must do to carry a `Bus`: requests, inboxes and byte streams are built on it once, for
 * NATS and for memory alike. Messages are dropped while the link is not connected.
 */
export interface Link {
  readonly status: BusStatus;
  readonly maxPayloadBytes: number;
  start(events: LinkEvents): void;
  publish(subject: string, data: Uint8Array, reply?: string): void;
  /** Returns what ends the subscription. `refused` is called when the server does not permit it. */
  subscribe(subject: string, deliver: (message: LinkMessage) => void, queue: string | undefined, refused: () => void): () => void;
  flush(): Promise<void>;
  close(): Promise<void>;
}
