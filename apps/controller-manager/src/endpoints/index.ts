import { EndpointsKind } from '@kubernats/api';
import { splitKey } from '@kubernats/client';
import { type Controller, createController } from '@kubernats/controller';
import { isAlreadyExists, isNotFound } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { podInformer } from '../informers.ts';
import { hasSelector, selectedPods, serviceInformer, watchPodsOfServices } from '../service-informer.ts';
import { decide } from './decide.ts';

/** Keeps the Endpoints object of every Service with a selector, which older clients read instead of slices. */
export function endpointsController(context: ControllerContext): Controller {
  const { client, informers, config } = context;
  const pods = podInformer(informers);
  const services = serviceInformer(informers);
  const endpoints = informers.of(EndpointsKind);

  const controller = createController({ ...context, name: 'endpoint', concurrency: 5, reconcile });
  controller.watch(services);
  controller.watch(endpoints);
  watchPodsOfServices(controller, informers, config.endpointsBatchMs);
  return controller;

  async function reconcile(key: string): Promise<void> {
    const service = services.byKey(key);
    const current = endpoints.byKey(key);
    const kind = client.kind(EndpointsKind);
    if (!service) {
      // A Service has no say in the Endpoints of its name once it is gone; whoever writes them by hand makes the Service first.
      if (current && isOurs(current)) await remove(key);
      return;
    }
    if (service.metadata?.deletionTimestamp !== undefined || !hasSelector(service)) return;
    const next = decide(service, selectedPods(pods, service), current);
    if (!next) return;
    if (current) await kind.update(next);
    else await kind.create(next).catch(ignoring(isAlreadyExists));
  }

  async function remove(key: string): Promise<void> {
    const { namespace, name } = splitKey(key);
    await client.kind(EndpointsKind).delete(name, namespace).catch(ignoring(isNotFound));
  }
}

function isOurs({ metadata }: { metadata?: { labels?: Record<string, string> } }): boolean {
  return metadata?.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller';
}

const ignoring =
  (expected: (error: unknown) => boolean) =>
  (error: unknown): void => {
    if (!expected(error)) throw error;
  };
