import { parseQuantity, type Quantity, quantityOf } from '@kubernats/apimachinery';
import type { PersistentVolumeClaim, Pod, Service } from '../../generated/types.ts';
import { classOf } from '../kinds/core/storage/common.ts';
import type { KubeObject } from '../object.ts';
import type { Amounts } from './amounts.ts';
import { COUNTED_OBJECTS, countName } from './names.ts';
import { podUsage } from './pod-usage.ts';

const pieces = (count: number) => quantityOf(BigInt(count) * 1_000_000_000n);
const ONE = pieces(1);

/** What an object counts for, by the names that a ResourceQuota may limit. Source: the concept "Resource Quotas". */
export function usageOfObject(group: string, plural: string, object: KubeObject, nowMs: number): Amounts {
  if (group === '' && plural === 'pods') return podUsage(object as Pod, nowMs);
  const usage = new Map([[countName(group, plural), ONE]]);
  if (group !== '') return usage;
  if (COUNTED_OBJECTS.has(plural)) usage.set(plural, ONE);
  if (plural === 'services') for (const [name, count] of servicePieces(object as Service)) if (count > 0) usage.set(name, pieces(count));
  if (plural === 'persistentvolumeclaims') addClaim(usage, object as PersistentVolumeClaim);
  return usage;
}

function servicePieces({ spec }: Service): [string, number][] {
  const ports = spec?.ports ?? [];
  if (spec?.type === 'NodePort') return [['services.nodeports', ports.length]];
  if (spec?.type !== 'LoadBalancer') return [];
  const nodePorts = spec.allocateLoadBalancerNodePorts === false ? ports.filter(({ nodePort }) => nodePort).length : ports.length;
  return [
    ['services.loadbalancers', 1],
    ['services.nodeports', nodePorts],
  ];
}

function addClaim(usage: Map<string, Quantity>, claim: PersistentVolumeClaim): void {
  const ofClass = classOf(claim);
  if (ofClass !== '') usage.set(`${ofClass}.storageclass.storage.k8s.io/persistentvolumeclaims`, ONE);
  const storage = claim.spec?.resources?.requests?.storage;
  if (storage === undefined) return;
  usage.set('requests.storage', parseQuantity(storage));
  if (ofClass !== '') usage.set(`${ofClass}.storageclass.storage.k8s.io/requests.storage`, parseQuantity(storage));
}
