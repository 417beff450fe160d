import {
  type KindRow,
  type LocalSubjectAccessReview,
  type NonResourceAttributes,
  type ResourceAttributes,
  type SelfSubjectAccessReview,
  type SubjectAccessReview,
  type SubjectAccessReviewSpec,
  validateCreate,
} from '@kubernats/api';
import { badRequest } from '@kubernats/errors';
import type { Attributes } from '../authz/attributes.ts';
import type { Held } from '../cache/stored.ts';
import type { Call, Result, UserInfo } from '../call.ts';
import type { Core } from '../core.ts';
import { refuse } from '../rest/create-object.ts';
import { strategyContext } from '../rest/write.ts';
import { readSelectors } from './read-selectors.ts';
import type { Answer } from './reviews.ts';

/** `kubectl auth can-i`. */
export const selfSubjectAccessReview: Answer = (core, call, posted) => {
  const { spec } = checked(core, call.row, posted) as SelfSubjectAccessReview;
  return decided(core, call, posted, asked(call.user, spec));
};

/** May somebody else do this? Asked by those who may ask. */
export const subjectAccessReview: Answer = (core, call, posted) => {
  const { spec } = checked(core, call.row, posted) as SubjectAccessReview;
  return decided(core, call, posted, asked(userOf(spec), spec));
};

/** The same, within one namespace. */
export const localSubjectAccessReview: Answer = (core, call, posted) => {
  const { spec } = checked(core, call.row, posted) as LocalSubjectAccessReview;
  const { namespace = '' } = call.request;
  if (spec.resourceAttributes?.namespace !== namespace) {
    throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
  }
  return decided(core, call, posted, asked(userOf(spec), spec));
};

function checked(core: Core, row: KindRow, posted: Held): Held {
  refuse(row, posted, validateCreate(row, posted, strategyContext(core)));
  return posted;
}

const userOf = ({ user = '', groups = [], uid, extra }: SubjectAccessReviewSpec): UserInfo => ({
  ...{ name: user, groups },
  ...(uid ? { uid } : {}),
  ...(extra ? { extra } : {}),
});

/** What is asked, and what of it could not be read. */
interface Asked {
  attributes: Attributes;
  problems: readonly string[];
}

function asked(user: UserInfo, spec: { resourceAttributes?: ResourceAttributes; nonResourceAttributes?: NonResourceAttributes }): Asked {
  const { resourceAttributes: about, nonResourceAttributes } = spec;
  if (!about) {
    return { attributes: { user, verb: nonResourceAttributes?.verb ?? '', path: nonResourceAttributes?.path ?? '' }, problems: [] };
  }
  const { verb = '', group = '', resource = '', subresource = '', namespace = '', name = '' } = about;
  const { fieldSelector, problems } = readSelectors(about);
  return { attributes: { user, verb, resource: { group, resource, subresource, namespace, name }, fieldSelector }, problems };
}

function decided(core: Core, call: Call, posted: Held, { attributes, problems }: Asked): Result {
  const decision = core.authorizer.decide(attributes);
  const { allowed } = decision;
  const reason = allowed ? core.authorizer.reasonFor(attributes) : decision.reason;
  const status = {
    allowed,
    ...(reason ? { reason } : {}),
    ...(problems.length > 0 ? { evaluationError: problems.join('; ') } : {}),
  };
  return { type: 'value', code: 201, object: { ...posted, ...{ status } }, row: call.row };
}
