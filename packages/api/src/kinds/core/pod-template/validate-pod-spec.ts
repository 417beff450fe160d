// Kubernetes' rules for a PodSpec, wherever it stands: in a Pod, or in a template.
import {
  dns1123Subdomain,
  type FieldPath,
  forbiddenField,
  invalidValue,
  qualifiedName,
  tooLong,
  validateLabels,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { PodSpec } from '../../../../generated/types.ts';
import type { StrategyContext } from '../../../kind.ts';
import { between, checkIp, checkText, label, oneOf, subdomain } from '../../../validation/basics.ts';
import { checkContainers } from './validate-container.ts';
import { checkDns } from './validate-dns.ts';
import { checkPortConflicts } from './validate-port-conflicts.ts';
import { checkAffinity, checkTolerations } from './validate-scheduling.ts';
import { checkTopologySpread } from './validate-topology-spread.ts';
import { checkVolumes } from './validate-volumes.ts';

const MAX_INT32 = 2 ** 31 - 1;
const HOSTNAME_MAX = 64;

export function checkPodSpec(spec: PodSpec, path: FieldPath, context: StrategyContext, out: Cause[]): void {
  const volumes = checkVolumes(spec.volumes ?? [], path.child('volumes'), out);
  checkContainers(spec, volumes, path, out);
  if (context.switches.portConflicts !== 'warn') checkPortConflicts(spec, path, out);
  oneOf(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], path.child('restartPolicy'), out);
  checkDns(spec, path, out);
  if (spec.nodeSelector) out.push(...validateLabels(spec.nodeSelector, path.child('nodeSelector')));
  if (spec.serviceAccountName) subdomain(spec.serviceAccountName, path.child('serviceAccountName'), out);
  if (spec.nodeName) subdomain(spec.nodeName, path.child('nodeName'), out);
  if (spec.affinity) checkAffinity(spec.affinity, path.child('affinity'), out);
  if (spec.tolerations) checkTolerations(spec.tolerations, path.child('tolerations'), out);
  if (spec.topologySpreadConstraints) checkTopologySpread(spec.topologySpreadConstraints, path.child('topologySpreadConstraints'), out);
  checkIdentity(spec, path, out);
  if (spec.activeDeadlineSeconds !== undefined) between(spec.activeDeadlineSeconds, 1, MAX_INT32, path.child('activeDeadlineSeconds'), out);
  oneOf(spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'], path.child('preemptionPolicy'), out, { optional: true });
  if (spec.priorityClassName) checkText(dns1123Subdomain, spec.priorityClassName, path.child('priorityClassName'), out);
  if (spec.runtimeClassName) checkText(dns1123Subdomain, spec.runtimeClassName, path.child('runtimeClassName'), out);
  spec.readinessGates?.forEach(({ conditionType }, i) => {
    checkText(qualifiedName, conditionType ?? '', path.child('readinessGates').index(i).child('conditionType'), out);
  });
  spec.schedulingGates?.forEach(({ name }, i) =>
    checkText(qualifiedName, name ?? '', path.child('schedulingGates').index(i).child('name'), out),
  );
  if (spec.os) oneOf(spec.os.name, ['linux', 'windows'], path.child('os', 'name'), out);
}

/** As long as a kernel takes; nothing else may say what the Pod calls itself. */
function checkHostnameOverride({ setHostnameAsFQDN, hostNetwork }: PodSpec, name: string, path: FieldPath, out: Cause[]): void {
  checkText(dns1123Subdomain, name, path, out);
  if (name.length > HOSTNAME_MAX) out.push(tooLong(path, name, HOSTNAME_MAX));
  if (setHostnameAsFQDN) out.push(forbiddenField(path, 'may not be set when `setHostnameAsFQDN` is true'));
  if (hostNetwork) out.push(forbiddenField(path, 'may not be set when `hostNetwork` is true'));
}

function checkIdentity(spec: PodSpec, path: FieldPath, out: Cause[]): void {
  if (spec.hostname) label(spec.hostname, path.child('hostname'), out);
  if (spec.hostnameOverride) checkHostnameOverride(spec, spec.hostnameOverride, path.child('hostnameOverride'), out);
  if (spec.subdomain) label(spec.subdomain, path.child('subdomain'), out);
  spec.hostAliases?.forEach(({ ip, hostnames }, i) => {
    const at = path.child('hostAliases').index(i);
    checkIp(ip ?? '', at.child('ip'), out);
    hostnames?.forEach((name, h) => checkText(dns1123Subdomain, name, at.child('hostnames').index(h), out));
  });
  const { runAsUser, runAsGroup, fsGroup } = spec.securityContext ?? {};
  for (const [name, id] of Object.entries({ runAsUser, runAsGroup, fsGroup })) {
    if (id !== undefined && (id < 0 || id > MAX_INT32)) {
      out.push(invalidValue(path.child('securityContext', name), id, `must be between 0 and ${MAX_INT32}, inclusive`));
    }
  }
}
