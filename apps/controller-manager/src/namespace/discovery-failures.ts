import type { APIService } from '@kubernats/api';

/** Versions of groups, such as `example.com/v1`, of which nobody knows now what is in them: another API server serves them, and does not answer. */
export function discoveryFailures(services: Iterable<APIService>): string[] {
  const failing: string[] = [];
  for (const { spec, status } of services) {
    const isAvailable = status?.conditions?.some(({ type, status: is }) => type === 'Available' && is === 'True');
    if (spec?.service && !isAvailable) failing.push(`${spec.group}/${spec.version}`);
  }
  return failing.sort();
}

/** As client-go tells of them. */
export const discoveryFailureText = (failing: readonly string[]): string =>
  `Discovery failed for some groups, ${failing.length} failing: unable to retrieve the complete list of server APIs: ${failing
    .map((each) => `${each}: stale GroupVersion discovery: ${each}`)
    .join(', ')}`;
