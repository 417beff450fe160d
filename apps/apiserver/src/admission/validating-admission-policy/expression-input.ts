import type { KindRow } from '@kubernats/api';
import type { AdmissionInput } from '@kubernats/cel';
import { decideAccess } from '../../authz/decide-access.ts';
import { type Core, placeOfResource } from '../../core.ts';
import type { Attributes } from '../../webhooks/attributes.ts';
import { admissionRequest } from '../../webhooks/review-request.ts';

/** What the expressions of a policy see of a request that concerns them as one for `row`. */
export function expressionInput(core: Core, attributes: Attributes, row: KindRow): AdmissionInput {
  const { object, oldObject, ...request } = admissionRequest(attributes, { row });
  const { namespace, call } = attributes;
  const namespaceObject = row.namespaced ? placeOfResource(core, '', 'v1', 'namespaces').cache.get('', namespace)?.object : undefined;
  return { object, oldObject, request, namespaceObject, authorizer: (check) => decideAccess(core.authorizer, call.user, check) };
}
