import { type Endpoints, EndpointsKind, type Service, Services } from '@kubernats/api';
import { keyOf, splitKey } from '@kubernats/client';
import { type Controller, createController } from '@kubernats/controller';
import { isAlreadyExists, isNotFound } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { ENDPOINTS_MANAGED_BY, ENDPOINTS_MANAGER, LEADER_ELECTION } from '../endpointslice/labels.ts';
import { TriggerTimes } from '../endpointslice/trigger-times.ts';
import { podInformer } from '../informers.ts';
import { hasSelector, selectedPods, watchPodsOfServices } from '../service-informer.ts';
import { decide } from './decide.ts';

/** Keeps the Endpoints object of every Service with a selector, which older clients read instead of slices. */
export function endpointsController(context: ControllerContext): Controller {
  const { client, informers, config } = context;
  const pods = podInformer(informers);
  const services = informers.of(Services);
  const endpoints = informers.of(EndpointsKind);
  const triggers = new TriggerTimes();
  /** Services that went: what was written by hand for them goes too. What is written before its Service stays. */
  const gone = new Set<string>();

  const controller = createController({ ...context, name: 'endpoint', concurrency: 5, reconcile });
  services.addHandler({
    add: (service: Service) => gone.delete(keyOf(service)),
    delete: (service: Service) => gone.add(keyOf(service)),
  });
  controller.watch(services);
  controller.watch(endpoints);
  watchPodsOfServices(controller, informers, config.endpointsBatchMs);
  return controller;

  async function reconcile(key: string): Promise<void> {
    const service = services.byKey(key);
    const current = endpoints.byKey(key);
    if (!service) return forget(key, current);
    if (service.metadata?.deletionTimestamp !== undefined || !hasSelector(service)) return;
    const selected = selectedPods(pods, service);
    const next = decide(service, selected, current, triggers.next(key, service, selected));
    if (!next) return;
    const kind = client.kind(EndpointsKind);
    if (current) await kind.update(next);
    else await kind.create(next).catch(ignoring(isAlreadyExists));
  }

  async function forget(key: string, current: Endpoints | undefined): Promise<void> {
    triggers.forget(key);
    if (current && (gone.has(key) || isOurs(current)) && !isOfElection(current)) {
      const { namespace, name } = splitKey(key);
      await client.kind(EndpointsKind).delete(name, namespace).catch(ignoring(isNotFound));
    }
    gone.delete(key);
  }
}

const isOurs = ({ metadata }: Endpoints): boolean => metadata?.labels?.[ENDPOINTS_MANAGED_BY] === ENDPOINTS_MANAGER;

/** Old clients elect their leader by an Endpoints object, which has no Service. */
const isOfElection = ({ metadata }: Endpoints): boolean => metadata?.annotations?.[LEADER_ELECTION] !== undefined;

const ignoring =
  (expected: (error: unknown) => boolean) =>
  (error: unknown): void => {
    if (!expected(error)) throw error;
  };
