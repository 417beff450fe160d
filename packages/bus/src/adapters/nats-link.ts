import { unavailable } from '@kubernats/errors';
import { type Msg, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import type { Link, LinkEvents, LinkMessage } from '../link.ts';
import type { BusStatus } from '../port.ts';

const NO_RESPONDERS = 503;

/** The bus's link over one NATS connection. */
export class NatsLink implements Link {
  readonly #connection: NatsConnection;
  readonly #gathered: { subject: string; data: Uint8Array; reply: string | undefined }[] = [];
  #status: BusStatus = 'connected';

  constructor(connection: NatsConnection) {
    this.#connection = connection;
  }

  get status(): BusStatus {
    return this.#status;
  }

  get maxPayloadBytes(): number {
    return this.#connection.info?.max_payload ?? 1024 * 1024;
  }

  start(events: LinkEvents): void {
    void this.#follow(events);
  }

  publish(subject: string, data: Uint8Array, reply?: string): void {
    if (this.#status !== 'connected') return;
    this.#gathered.push({ subject, data, reply });
    if (this.#gathered.length === 1) setImmediate(() => this.#send());
  }

  subscribe(pattern: string, deliver: (message: LinkMessage) => void, queue: string | undefined, refused: () => void): () => void {
    this.#send();
    const subscription = this.#connection.subscribe(pattern, {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, message) => {
        if (error instanceof PermissionViolationError) refused();
        else if (!error) deliver(toLink(message));
      },
    });
    return () => {
      if (!subscription.isClosed()) subscription.unsubscribe();
    };
  }

  async flush(): Promise<void> {
    if (this.#status !== 'connected') throw unavailable('the message bus is not connected');
    this.#send();
    await this.#connection.flush();
  }

  async close(): Promise<void> {
    this.#send();
    await this.#connection.close();
  }

  /** What was published in one turn of the event loop goes out together: a write to the socket costs more than all else here. */
  #send(): void {
    for (const { subject, data, reply } of this.#gathered.splice(0)) {
      if (this.#status === 'connected' && !this.#connection.isClosed())
        this.#connection.publish(subject, data, reply === undefined ? undefined : { reply });
    }
  }

  async #follow(events: LinkEvents): Promise<void> {
    const change = (status: BusStatus): void => {
      if (this.#status === status) return;
      this.#status = status;
      events.status(status);
    };
    for await (const status of this.#connection.status()) {
      if (status.type === 'disconnect') change('disconnected');
      else if (status.type === 'reconnect') change('connected');
      else if (status.type === 'error' && status.error instanceof PermissionViolationError && status.error.operation === 'publish') {
        events.publishRefused(status.error.subject);
      }
    }
    change('closed');
  }
}

function toLink(message: Msg): LinkMessage {
  const noResponders = message.data.length === 0 && message.headers?.code === NO_RESPONDERS;
  return { subject: message.subject, data: message.data, reply: message.reply || undefined, noResponders };
}
