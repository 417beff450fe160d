import type { Pod, TokenRequestSpec } from '@kubernats/api';
import { conflict, forbidden, notFound } from '@kubernats/errors';
import { isOfPool, poolOf } from '../authz/node-authorizer.ts';
import type { UserInfo } from '../call.ts';
import { type Core, placeOfResource } from '../core.ts';

/**
 * What a kubelet may have tokens for: its own Pods, bound to them, for the API server or for an audience that such a Pod's volumes name. Throws a
 * StatusError. Source: Kubernetes, the NodeRestriction plug-in.
 */
export function checkNodeToken(core: Core, user: UserInfo, namespace: string, account: string, spec: TokenRequestSpec | undefined): void {
  const pool = poolOf(user);
  if (pool === undefined) return;
  const refuse = (why: string) => forbidden({ group: '', resource: 'serviceaccounts' }, account, why);
  const { apiVersion, kind, name, uid } = spec?.boundObjectRef ?? {};
  if (apiVersion !== 'v1' || kind !== 'Pod' || !name) throw refuse('node requested token not bound to a pod');
  if (!uid) throw refuse('node requested token with a pod binding without a uid');
  const pod: Pod | undefined = placeOfResource(core, '', 'v1', 'pods').cache.get(namespace, name)?.object;
  if (!pod) throw notFound({ group: '', resource: 'pods' }, name);
  if (pod.metadata?.uid !== uid) {
    throw conflict(
      { group: '', resource: 'pods' },
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record`,
    );
  }
  const node = placeOfResource(core, '', 'v1', 'nodes').cache.get('', pod.spec?.nodeName ?? '')?.object;
  if (!isOfPool(node, pool)) throw refuse('node requested token bound to a pod scheduled on a different node');
  for (const audience of spec?.audiences ?? []) {
    if (!wants(pod, audience)) throw refuse(`audience ${JSON.stringify(audience)} not found in pod spec volume`);
  }
}

function wants({ spec }: Pod, audience: string): boolean {
  return (spec?.volumes ?? []).some(({ projected }) =>
    projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken?.audience === audience),
  );
}
