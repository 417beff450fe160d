import {
  dns1123Label,
  dns1123Subdomain,
  type FieldPath,
  fieldPath,
  forbiddenField,
  invalidValue,
  required,
  tooLong,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { IngressClass, IngressClassParametersReference } from '../../../generated/types.ts';
import { utf8Length } from '../../metadata/object-meta.ts';
import { IngressClasses } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { checkText, immutable, oneOf } from '../../validation/basics.ts';
import { nobodyActs } from '../../validation/nobody-acts.ts';
import { defineKind } from '../define.ts';
import { checkTypedReference } from './typed-reference.ts';

const SPEC = fieldPath('spec');
const CONTROLLER_BYTES_MAX = 250;
const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const PATH_PATTERN = new RegExp(`^${PATH}$`);

function validate({ spec = {} }: IngressClass): Cause[] {
  const out: Cause[] = [];
  const { controller = '', parameters } = spec;
  if (utf8Length(controller) > CONTROLLER_BYTES_MAX) out.push(tooLong(SPEC.child('controller'), '', CONTROLLER_BYTES_MAX));
  checkDomainPrefixedPath(controller, SPEC.child('controller'), out);
  if (parameters) checkParameters(parameters, SPEC.child('parameters'), out);
  return out;
}

/** A name such as `example.com/ingress-controller`. */
function checkDomainPrefixedPath(value: string, at: FieldPath, out: Cause[]): void {
  if (value === '') {
    out.push(required(at));
    return;
  }
  const slash = value.indexOf('/');
  const [host, path] = [value.slice(0, Math.max(slash, 0)), value.slice(slash + 1)];
  if (host === '' || path === '') {
    out.push(invalidValue(at, value, 'must be a domain-prefixed path (such as "acme.io/foo")'));
    return;
  }
  checkText(dns1123Subdomain, host, at, out);
  if (!PATH_PATTERN.test(path)) out.push(invalidValue(at, path, `Invalid path (regex used for validation is '${PATH}')`));
}

function checkParameters(parameters: IngressClassParametersReference, at: FieldPath, out: Cause[]): void {
  const { scope, namespace } = parameters;
  checkTypedReference(parameters, at, out);
  oneOf(scope, ['Cluster', 'Namespace'], at.child('scope'), out);
  if (scope === 'Namespace') {
    if (namespace === undefined) out.push(required(at.child('namespace'), "`parameters.scope` is set to 'Namespace'"));
    else checkText(dns1123Label, namespace, at.child('namespace'), out);
  }
  if (scope === 'Cluster' && namespace !== undefined) {
    out.push(forbiddenField(at.child('namespace'), "`parameters.scope` is set to 'Cluster'"));
  }
}

function validateUpdate({ spec }: IngressClass, { spec: old }: IngressClass): Cause[] {
  const out: Cause[] = [];
  immutable(spec?.controller, old?.controller, SPEC.child('controller'), out);
  return out;
}

function parametersText({ spec }: IngressClass): string {
  const { parameters } = spec ?? {};
  if (!parameters) return '<none>';
  const { apiGroup, kind, name } = parameters;
  return `${kind}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`;
}

export const ingressClassRow = defineKind<IngressClass>(IngressClasses, {
  columns: [
    NAME,
    text('Controller', 'The controller that serves Ingresses of this class.', ({ spec }) => spec?.controller ?? ''),
    text('Parameters', 'What else the controller is told.', parametersText),
    AGE,
  ],
  strategy: {
    default({ spec }) {
      if (spec?.parameters) spec.parameters.scope ??= 'Cluster';
    },
    validate,
    validateUpdate,
    warnings: () => [
      nobodyActs('IngressClass', 'kubernats has no ingress controller that could serve this class, unless one is installed'),
    ],
  },
});
