import type { KindRow } from '@kubernats/api';
import type { AdmissionInput } from '@kubernats/cel';
import { decideAccess } from '../../authz/decide-access.ts';
import { type Core, placeOfResource } from '../../core.ts';
import { inVersions } from '../../rest/in-versions.ts';
import type { Attributes } from '../../webhooks/attributes.ts';
import { admissionRequest } from '../../webhooks/review-request.ts';

/** What the expressions of a policy see of a request that concerns them as one for `row`. */
export async function expressionInput(core: Core, attributes: Attributes, row: KindRow): Promise<AdmissionInput> {
  const { object, oldObject, ...request } = await inVersions(core, row, () => admissionRequest(attributes, { row }));
  const { namespace, call } = attributes;
  const namespaceObject = row.namespaced ? placeOfResource(core, '', 'v1', 'namespaces').cache.get('', namespace)?.object : undefined;
  return { object, oldObject, request, namespaceObject, authorizer: (check) => decideAccess(core.authorizer, call.user, check) };
}
