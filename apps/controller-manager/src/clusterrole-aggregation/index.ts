import { aggregatedRules, ClusterRoles } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { type Controller, createController } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';

const AGGREGATED = 'aggregated';

/** Writes into ClusterRoles with an aggregation rule what they consist of. Source: "Using RBAC Authorization", aggregated ClusterRoles. */
export function clusterRoleAggregationController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const roles = informers.of(ClusterRoles);
  roles.addIndex(AGGREGATED, ({ aggregationRule }) => (aggregationRule ? [AGGREGATED] : []));
  const controller = createController({ ...context, name: 'clusterrole-aggregation', reconcile });
  // Any role may be or have been a part of any of them, which are few.
  controller.watch(roles, () => roles.byIndex(AGGREGATED, AGGREGATED).map(({ metadata }) => metadata?.name ?? ''));
  return controller;

  async function reconcile(name: string): Promise<void> {
    const role = roles.get(name);
    if (!role?.aggregationRule) return;
    const rules = aggregatedRules(role, roles.list());
    if (!deepEqual(rules, role.rules ?? [])) await client.kind(ClusterRoles).update({ ...role, rules });
  }
}
