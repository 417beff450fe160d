import type { Ingress, IngressClass } from '../../../generated/types.ts';
import { Ingresses } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { nobodyActs } from '../../validation/nobody-acts.ts';
import { defineKind } from '../define.ts';
import { validateIngress, validateIngressCreate, validateIngressStatus } from './ingress/validate.ts';

/** The older way to name a class. */
export const INGRESS_CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const IS_DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';
const MAX_HOSTS = 3;

/** The classes that Ingresses without one get. There should be no more than one. */
export const defaultIngressClasses = (classes: Iterable<IngressClass>): IngressClass[] =>
  [...classes].filter(({ metadata }) => metadata?.annotations?.[IS_DEFAULT_CLASS] === 'true');

function hostsText({ spec }: Ingress): string {
  const rules = spec?.rules ?? [];
  const hosts = rules.slice(0, MAX_HOSTS).flatMap(({ host }) => host || []);
  if (hosts.length === 0) return '*';
  return hosts.join(',') + (rules.length > MAX_HOSTS ? ` + ${rules.length - MAX_HOSTS} more...` : '');
}

function addressText({ status }: Ingress): string {
  const addresses = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || []);
  return [...new Set(addresses)].toSorted().join(',');
}

export const ingressRow = defineKind<Ingress>(Ingresses, {
  shortNames: ['ing'],
  hasStatus: true,
  columns: [
    NAME,
    text('Class', 'The class whose controller serves it.', ({ spec }) => spec?.ingressClassName ?? '<none>'),
    text('Hosts', 'The hosts that it has rules for.', hostsText),
    text('Address', 'Where its controller answers.', addressText),
    text('Ports', 'The ports that it is served at.', ({ spec }) => ((spec?.tls ?? []).length > 0 ? '80, 443' : '80')),
    AGE,
  ],
  strategy: {
    validate: validateIngress,
    validateCreate: validateIngressCreate,
    validateStatusUpdate: validateIngressStatus,
    warnings: () => [nobodyActs('Ingress', 'it has no ingress controller, so its rules route no traffic unless one is installed')],
  },
});
