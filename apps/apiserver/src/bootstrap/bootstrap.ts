import { type ClusterRole, DEFAULT_SERVICE_CIDR, type KubeObject, type ServiceCIDR, SYSTEM_PRIORITY_CLASSES } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { StatusError } from '@kubernats/errors';
import type { Core } from '../core.ts';
import { localApiServices } from './api-services.ts';
import { defaultBindings } from './bindings.ts';
import { componentRoles } from './component-roles.ts';
import { dnsService } from './dns-service.ts';
import { ensure } from './ensure.ts';
import { extensionServerRights } from './extension-server-rights.ts';
import { peopleRoles } from './people-roles.ts';
import { systemRoles } from './system-roles.ts';

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** How often a start asks a store that answers too late: each time it waits as long as a request waits. */
const ATTEMPTS = 5;

/** What every cluster has from the start. Writes nothing that is there already. */
export async function bootstrap(core: Core): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ensureDefaults(core);
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof StatusError && error.reason === 'Timeout')) throw error;
      core.log.warn({ error, attempt }, 'the store answers slowly: what every cluster has is looked for again');
    }
  }
}

async function ensureDefaults(core: Core): Promise<void> {
  await Promise.all(NAMESPACES.map((name) => ensure(core, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
  await Promise.all([
    // Later namespaces get theirs from the controller; these must not wait for it.
    ...NAMESPACES.map((namespace) => ensure(core, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } })),
    ...[...peopleRoles(), ...systemRoles(), ...componentRoles()].map((role) =>
      ensure(core, role, (stored) => isOutdated(stored.object, role)),
    ),
    ...[...defaultBindings(), ...extensionServerRights()].map((each) => ensure(core, each)),
    ...SYSTEM_PRIORITY_CLASSES.map((each) => ensure(core, each)),
    ensure(core, serviceCidr(core)),
    ...localApiServices().map((each) => ensure(core, each)),
  ]);
  await dnsService(core);
}

/** Says where cluster IPs come from. */
const serviceCidr = ({ allocators }: Core): ServiceCIDR => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name: DEFAULT_SERVICE_CIDR },
  spec: { cidrs: [allocators.serviceCidr] },
});

/**
 * A default role of an older version is brought up to date, unless its owner does not want that. The rules of an aggregated one are its
 * controller's.
 */
function isOutdated(there: KubeObject, role: ClusterRole): boolean {
  if (there.metadata?.annotations?.['rbac.authorization.kubernetes.io/autoupdate'] === 'false') return false;
  const { rules, aggregationRule }: ClusterRole = there;
  return !deepEqual(aggregationRule, role.aggregationRule) || (!aggregationRule && !deepEqual(rules ?? [], role.rules ?? []));
}
