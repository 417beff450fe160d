import { rfc3339Micro } from '@kubernats/clock';
import type { HealthDoor, ServiceHealthDoor } from './health-door.ts';
import type { SyncHealth } from './sync-health.ts';

export interface HealthAnswer {
  status: 200 | 404 | 503;
  headers: Record<string, string>;
  body: string;
}

/** What a health port says, as kube-proxy does; `path` is that of the request, `now` in milliseconds since 1970. */
export function healthAnswer(door: HealthDoor, path: string, health: SyncHealth, now: number): HealthAnswer {
  if (door.kind === 'Service') return serviceAnswer(door, health);
  if (path === '/healthz') return nodeAnswer(health.healthy && door.eligible, { nodeEligible: door.eligible }, health, now);
  if (path === '/livez') return nodeAnswer(health.healthy, {}, health, now);
  return { status: 404, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: '404 page not found\n' };
}

function serviceAnswer({ namespace, name, localEndpoints }: ServiceHealthDoor, { healthy }: SyncHealth): HealthAnswer {
  const body = { service: { namespace, name }, localEndpoints, serviceProxyHealthy: healthy };
  return json(localEndpoints > 0 && healthy, JSON.stringify(body, undefined, '\t'), {
    'X-Load-Balancing-Endpoint-Weight': String(localEndpoints),
  });
}

/** `lastUpdated` is now as long as all is well, as it was in the releases that synced periodically. */
function nodeAnswer(good: boolean, extra: { nodeEligible?: boolean }, health: SyncHealth, now: number): HealthAnswer {
  const { healthy, lastUpdated } = health;
  const body = {
    lastUpdated: rfc3339Micro(good ? now : lastUpdated),
    currentTime: rfc3339Micro(now),
    ...extra,
    healthy,
    status: { IPv4: { lastUpdated: rfc3339Micro(lastUpdated), healthy } },
  };
  return json(good, JSON.stringify(body));
}

const json = (good: boolean, body: string, headers: Record<string, string> = {}): HealthAnswer => ({
  status: good ? 200 : 503,
  headers: { 'Content-Type': 'application/json', 'X-Content-Type-Options': 'nosniff', ...headers },
  body,
});
