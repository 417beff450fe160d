import {
  dns1035Label,
  dns1123Subdomain,
  fieldPath,
  goQuote,
  invalidValue,
  notSupported,
  pathSegmentName,
  required,
} from '@kubernats/apimachinery';
import { rfc3339 } from '@kubernats/clock';
import type { Cause } from '@kubernats/errors';
import type { APIService, APIServiceCondition, APIServiceSpec } from '../../../generated/types.ts';
import { APIServices } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { checkText } from '../../validation/basics.ts';
import { notHonouredWarning } from '../../validation/not-honoured.ts';
import { defineKind } from '../define.ts';
import { KINDS } from '../index.ts';

const SPEC = fieldPath('spec');
const GROUP_PRIORITY_MAX = 20_000;
const VERSION_PRIORITY_MAX = 1000;
const STATUSES = ['True', 'False', 'Unknown'];

function validate({ metadata, spec }: APIService): Cause[] {
  const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0 } = spec ?? {};
  const out: Cause[] = [];
  const wanted = `${version}.${group}`;
  const { name } = metadata ?? {};
  if (name && name !== wanted && pathSegmentName(name).length === 0) {
    out.push(invalidValue('metadata.name', name, `must be \`spec.version+"."+spec.group\`: ${goQuote(wanted)}`));
  }
  if (group === '' && version !== 'v1')
    out.push(required(SPEC.child('group'), 'only v1 may have an empty group and it better be legacy kube'));
  if (group !== '') checkText(dns1123Subdomain, group, SPEC.child('group'), out);
  checkText(dns1035Label, version, SPEC.child('version'), out);
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > GROUP_PRIORITY_MAX) {
    const why = `must be positive and less than ${GROUP_PRIORITY_MAX}`;
    out.push(invalidValue(SPEC.child('groupPriorityMinimum'), groupPriorityMinimum, why));
  }
  if (versionPriority <= 0 || versionPriority > VERSION_PRIORITY_MAX) {
    out.push(invalidValue(SPEC.child('versionPriority'), versionPriority, `must be positive and less than ${VERSION_PRIORITY_MAX}`));
  }
  checkService(spec ?? {}, out);
  return out;
}

function checkService({ service, caBundle = '', insecureSkipTLSVerify = false }: Partial<APIServiceSpec>, out: Cause[]): void {
  const insecure = SPEC.child('insecureSkipTLSVerify');
  if (!service) {
    const bytes = Math.floor((caBundle.replace(/=+$/, '').length * 3) / 4);
    if (caBundle) out.push(invalidValue(SPEC.child('caBundle'), `${bytes} bytes`, 'local APIServices may not have a caBundle'));
    if (insecureSkipTLSVerify) out.push(invalidValue(insecure, true, 'local APIServices may not have insecureSkipTLSVerify'));
    return;
  }
  if (!service.namespace) out.push(required(SPEC.child('service', 'namespace')));
  if (!service.name) out.push(required(SPEC.child('service', 'name')));
  const { port = 443 } = service;
  if (port < 1 || port > 65_535)
    out.push(invalidValue(SPEC.child('service', 'port'), port, 'port is not valid: must be between 1 and 65535, inclusive'));
  if (insecureSkipTLSVerify && caBundle) out.push(invalidValue(insecure, true, 'may not be true if caBundle is present'));
}

function validateStatus({ status }: APIService): Cause[] {
  return (status?.conditions ?? []).flatMap((condition, i) =>
    STATUSES.includes(condition.status)
      ? []
      : [notSupported(fieldPath('status', 'conditions').index(i).child('status'), condition.status, STATUSES)],
  );
}

/** What the server serves itself is always there; others are asked. Source: kube-aggregator. */
const localAvailability = (nowMs: number): APIServiceCondition => ({
  ...{ type: 'Available', status: 'True', lastTransitionTime: rfc3339(nowMs) },
  ...{ reason: 'Local', message: 'Local APIServices are always available' },
});

/** R1: nobody takes the place of the server's own kinds, such as those of metrics.k8s.io. */
const isServedHere = ({ group = '', version = '' }: APIServiceSpec): boolean =>
  KINDS.some((row) => row.group === group && row.version === version);

function availableText({ status }: APIService): string {
  const condition = status?.conditions?.find(({ type }) => type === 'Available');
  if (!condition) return 'Unknown';
  return condition.status === 'True' || !condition.reason ? condition.status : `${condition.status} (${condition.reason})`;
}

export const apiServiceRow = defineKind<APIService>(APIServices, {
  categories: ['api-extensions'],
  definition: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService',
  hasStatus: true,
  nameRule: pathSegmentName,
  columns: [
    NAME,
    text('Service', 'Who serves the version of the group.', ({ spec }) =>
      spec?.service ? `${spec.service.namespace}/${spec.service.name}` : 'Local',
    ),
    text('Available', 'Whether it is served.', availableText),
    AGE,
  ],
  strategy: {
    default({ spec }) {
      if (spec?.service) spec.service.port ??= 443;
    },
    prepareForCreate(service, { nowMs }) {
      service.status = service.spec?.service ? {} : { conditions: [localAvailability(nowMs)] };
    },
    validate,
    validateStatusUpdate: validateStatus,
    warnings: ({ spec }) => (spec?.service && isServedHere(spec) ? [notHonouredWarning(SPEC.child('service'))] : []),
    countsGeneration: false,
  },
});
