import { type LoadBalancerStatus, type Service, Services } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Client } from '@kubernats/client';
import { isNotFound } from '@kubernats/errors';
import { CLEANUP_FINALIZER } from './claims.ts';

/**
 * Writes what a Service has from here: its status, and the finalizer that keeps it until that is taken back; in one write, on the version that
 * was decided on. `loadBalancer` undefined: it has nothing. A Service that is gone needs nothing.
 */
export async function write(client: Client, service: Service, loadBalancer: LoadBalancerStatus | undefined): Promise<void> {
  const finalizers = service.metadata?.finalizers ?? [];
  const others = finalizers.filter((each) => each !== CLEANUP_FINALIZER);
  const wanted = loadBalancer ? [...others, CLEANUP_FINALIZER] : others;
  const status = loadBalancer ?? {};
  const hasAll = wanted.length === finalizers.length && deepEqual(service.status?.loadBalancer ?? {}, status);
  if (hasAll) return;
  try {
    await client.kind(Services).updateStatus({
      ...service,
      metadata: { ...service.metadata, finalizers: wanted },
      status: { ...service.status, loadBalancer: status },
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
