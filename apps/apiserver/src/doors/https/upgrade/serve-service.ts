import type { Clock } from '@kubernats/clock';
import { bridgeCommand } from '../../../streams/bridge-command.ts';
import type { StreamService } from '../../../streams/stream-service.ts';
import { TUNNEL } from './negotiate.ts';
import { spdyCommand } from './spdy-command.ts';
import { spdyPortForward } from './spdy-port-forward.ts';
import { webSocketCommand } from './websocket-command.ts';
import { webSocketPortForward } from './websocket-port-forward.ts';
import type { Wire } from './wire.ts';

/** Serves what was asked for on an upgraded connection, until it is over. Never rejects. */
export function serveService(
  service: StreamService,
  { transport, protocol }: { transport: 'webSocket' | 'spdy'; protocol: string },
  wire: Wire,
  clock: Clock,
): Promise<void> {
  if (service.kind === 'portForward') {
    const isSpdy = transport === 'spdy' || protocol === TUNNEL;
    return isSpdy ? spdyPortForward(wire, service) : webSocketPortForward(wire, protocol, service);
  }
  const client = transport === 'spdy' ? spdyCommand(wire, protocol, service, clock) : webSocketCommand(wire, protocol, service);
  return bridgeCommand(client, service.open);
}
