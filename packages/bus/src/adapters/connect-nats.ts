import type { Clock, Ids } from '@kubernats/clock';
import { LinkBus } from '../link-bus.ts';
import type { Bus } from '../port.ts';
import { rethrow } from '../rethrow.ts';
import { connectToNats, type NatsConnectOptions } from './nats-connection.ts';
import { NatsLink } from './nats-link.ts';

export interface NatsBusOptions extends NatsConnectOptions {
  clock: Clock;
  ids: Ids;
  /** Gets what handlers throw and refusals that nobody else is told of. Default: they are thrown. */
  onError?: (error: unknown) => void;
}

/** The bus over a NATS server. Waits for a server that is not up yet. */
export async function connectNats(options: NatsBusOptions): Promise<Bus> {
  const link = new NatsLink(await connectToNats(options));
  return new LinkBus({ clock: options.clock, ids: options.ids, onError: options.onError ?? rethrow }, link, options);
}
