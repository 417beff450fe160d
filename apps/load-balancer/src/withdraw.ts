import { Services } from '@kubernats/api';
import { type Client, createEventRecorder, type Log, silentLog } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import { isConflict, isNotFound } from '@kubernats/errors';
import { isServedByUs } from './service/claims.ts';
import { EVENT_COMPONENT, type Teller, tellerOf } from './service/events.ts';
import { write } from './service/write.ts';

/** What a switched-off load balancer leaves behind otherwise: takes all addresses back, so that Services are pending again and can be deleted. */
export async function withdrawAll(deps: { client: Client; clock: Clock; random: Random; log?: Log }): Promise<void> {
  const { client, log = silentLog } = deps;
  const events = createEventRecorder({ ...deps, log, component: EVENT_COMPONENT });
  const tell = tellerOf(events);
  const { items } = await client.kind(Services).list();
  for (const { metadata } of items.filter(isServedByUs)) await withdraw(client, tell, metadata?.name ?? '', metadata?.namespace ?? '');
  await events.flush();
}

async function withdraw(client: Client, tell: Teller, name: string, namespace: string): Promise<void> {
  for (;;) {
    try {
      const service = await client.kind(Services).get(name, namespace);
      if (!isServedByUs(service)) return;
      tell.deleting(service);
      await write(client, service, undefined);
      return tell.deleted(service);
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isConflict(error)) throw error;
    }
  }
}
