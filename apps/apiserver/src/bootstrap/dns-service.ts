import type { Service } from '@kubernats/api';
import { isInvalid } from '@kubernats/errors';
import type { Core } from '../core.ts';
import { ensureService } from './ensure-service.ts';

const metadata = { name: 'kube-dns', namespace: 'kube-system' };

/**
 * The Service of the cluster's DNS, under the name and at the address that every cluster has it. It has no endpoints: the service-proxy
 * answers at the address itself, as the label says that another one than the usual proxy does.
 */
export async function dnsService(core: Core): Promise<void> {
  const address = core.allocators.dnsAddress;
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...metadata,
      labels: {
        'k8s-app': 'kube-dns',
        'kubernetes.io/cluster-service': 'true',
        'kubernetes.io/name': 'CoreDNS',
        'service.kubernetes.io/service-proxy-name': 'cluster-dns',
      },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: address,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      ],
      sessionAffinity: 'None',
    },
  };
  try {
    await ensureService(core, service);
  } catch (error) {
    // A cluster from before there was this Service may have given its address away.
    if (!isInvalid(error)) throw error;
    core.log.warn(
      { address, owner: core.allocators.ownerOf(address) },
      'the address of kube-dns belongs to another Service: cluster DNS answers there only where that has no route',
    );
  }
}
