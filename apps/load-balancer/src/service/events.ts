import { type Service, Services } from '@kubernats/api';
import { type EventRecorder, referenceTo } from '@kubernats/client';

/** What people are told of a Service's load balancer, in the words of the service controller. */
export interface Teller {
  ensuring(service: Service): void;
  ensured(service: Service): void;
  deleting(service: Service): void;
  deleted(service: Service): void;
  failed(service: Service, why: string): void;
  newHosts(service: Service, count: number): void;
  noHosts(service: Service): void;
  portNotOpened(service: Service, message: string): void;
  changed(service: Service, event: { reason: string; message: string }): void;
}

/** The name under From. Source: the service controller of k8s.io/cloud-provider. */
export const EVENT_COMPONENT = 'service-controller';

export function tellerOf(events: EventRecorder): Teller {
  const tell = (service: Service, type: 'Normal' | 'Warning', reason: string, message: string): void =>
    events.event(referenceTo(Services, service), type, reason, message);
  const noHosts = (service: Service): void =>
    tell(service, 'Warning', 'UnAvailableLoadBalancer', 'There are no available nodes for LoadBalancer');
  return {
    ensuring: (service) => tell(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer'),
    ensured: (service) => tell(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer'),
    deleting: (service) => tell(service, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer'),
    deleted: (service) => tell(service, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer'),
    failed: (service, why) =>
      tell(service, 'Warning', 'SyncLoadBalancerFailed', `Error syncing load balancer: failed to ensure load balancer: ${why}`),
    newHosts(service, count) {
      if (count === 0) noHosts(service);
      else tell(service, 'Normal', 'UpdatedLoadBalancer', 'Updated load balancer with new hosts');
    },
    noHosts,
    portNotOpened: (service, message) => tell(service, 'Warning', 'PortNotOpened', message),
    changed: (service, { reason, message }) => tell(service, 'Normal', reason, message),
  };
}
