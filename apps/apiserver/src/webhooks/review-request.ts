import { apiVersionOf, type DecodeTarget, type KindRow } from '@kubernats/api';
import type { UserInfo } from '../call.ts';
import type { Attributes } from './attributes.ts';
import type { Invocation } from './invocation.ts';

/** `AdmissionRequest` of admission.k8s.io/v1 but for its uid: what a webhook is told of a request, and what match conditions know as `request`. */
export function admissionRequest(attributes: Attributes, { row }: Pick<Invocation, 'row'>): object {
  const { subresource, name, namespace, operation, dryRun, options = null, form, call, object, old } = attributes;
  return {
    kind: kindOf(form.targetIn(row)),
    resource: resourceOf(row),
    ...(subresource === '' ? {} : { subResource: subresource }),
    requestKind: kindOf(form.targetIn(attributes.row)),
    requestResource: resourceOf(attributes.row),
    ...(subresource === '' ? {} : { requestSubResource: subresource }),
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: userInfo(call.user),
    object: object ? form.shown(object, row) : null,
    oldObject: old ? form.shown(old, row) : null,
    dryRun,
    options,
  };
}

/** The review that a webhook is sent. */
export function admissionReview(attributes: Attributes, invocation: Invocation, uid: string): string {
  const apiVersion = apiVersionOf({ group: 'admission.k8s.io', version: invocation.hook.reviewVersion });
  return JSON.stringify({ kind: 'AdmissionReview', apiVersion, request: { uid, ...admissionRequest(attributes, invocation) } });
}

const kindOf = ({ group, version, kind }: DecodeTarget): object => ({ group, version, kind });
const resourceOf = ({ group, version, plural }: KindRow): object => ({ group, version, resource: plural });

const userInfo = ({ name, uid, groups, extra }: UserInfo): object => ({
  username: name,
  ...(uid === undefined ? {} : { uid }),
  groups,
  ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
});
