import { parseQuantity, quantityOf } from '@kubernats/apimachinery';
import type { Candidate } from './candidate.ts';

const NANOS = 1_000_000_000n;

/** Bytes as the kubelet prints them: `52428Ki`. */
export const bytesText = (bytes: number): string => quantityOf(BigInt(Math.round(bytes)) * NANOS, 'BinarySI').toString();

/** Why a Pod had to go, word for word as the kubelet says it: with the space at the end. */
export function evictionMessage({ pod, containers }: Candidate, threshold: string, availableBytes: number): string {
  let message = `The node was low on resource: memory. Threshold quantity: ${threshold}, available: ${bytesText(availableBytes)}. `;
  for (const { name, memoryBytes } of containers) {
    const container = pod.spec?.containers.find((each) => each.name === name);
    if (!container) continue;
    const request = parseQuantity(container.resources?.requests?.memory ?? '0');
    if (memoryBytes <= request.value()) continue;
    message += `Container ${name} was using ${bytesText(memoryBytes)}, request is ${request}, has larger consumption of memory. `;
  }
  return message;
}
