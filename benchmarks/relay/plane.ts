// The relay in a process of its own: `node plane.ts LISTEN-HOST BACKEND-HOST PORT…` leads each port of the one to the same port of the other.
import { realClock } from '@kubernats/clock';
import { noMetrics } from '@kubernats/controller';
import { keepLoopbackSource, routeId, userspacePlane } from '@kubernats/dataplane';
import { loopbackNetwork } from '@kubernats/net';

const [host = '', backend = '', ...ports] = process.argv.slice(2);
const plane = userspacePlane({
  network: loopbackNetwork(),
  clock: realClock,
  metrics: noMetrics,
  keepsSource: keepLoopbackSource,
  udpSourceHost: '127.0.0.1',
});
for (const port of ports.map(Number)) {
  const listen = { host, port };
  const service = `default/port-${port}`;
  await plane.set({ id: routeId(service, 'TCP', listen), service, protocol: 'TCP', listen, backends: [{ host: backend, port }] });
}
