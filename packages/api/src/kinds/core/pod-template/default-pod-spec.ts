// What Kubernetes fills in where a Pod's author said nothing: also in the templates of Deployments and ReplicaSets.
import type { Container, PodSpec, PodTemplateSpec, Probe, Volume } from '../../../../generated/types.ts';

/** Fills a template, and what its author left out of it: what is missed then is what only the author can say. */
export function defaultTemplate(template: PodTemplateSpec): void {
  template.spec ??= { containers: [] };
  defaultPodSpec(template.spec);
}

/** Fills a PodSpec. Idempotent. Source: the API reference of PodSpec and its parts ("defaults to"). */
export function defaultPodSpec(spec: PodSpec): void {
  spec.restartPolicy ||= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.securityContext ??= {};
  spec.schedulerName ||= 'default-scheduler';
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName;
  else if (spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount;
  for (const container of spec.initContainers ?? []) defaultContainer(container);
  for (const container of spec.containers ?? []) defaultContainer(container);
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
}

function defaultContainer(container: Container): void {
  container.resources ??= {};
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  if (!container.imagePullPolicy && container.image) container.imagePullPolicy = pullPolicyOf(container.image);
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= 'v1';
    if (valueFrom?.resourceFieldRef) valueFrom.resourceFieldRef.divisor ??= '0';
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) if (probe) defaultProbe(probe);
  for (const handler of [container.lifecycle?.postStart, container.lifecycle?.preStop]) {
    if (handler?.httpGet) defaultHttpGet(handler.httpGet);
  }
}

/** An image without a tag, or with `latest`, is looked for anew at each start. */
function pullPolicyOf(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: Probe): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.httpGet) defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultHttpGet(action: { path?: string; scheme?: string }): void {
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}

/** Files are readable by all, 0644, unless their author says otherwise. */
const FILE_MODE = 0o644;

function defaultVolume(volume: Volume): void {
  const { configMap, secret, downwardAPI, projected, hostPath, ephemeral } = volume;
  if (configMap) configMap.defaultMode ??= FILE_MODE;
  if (secret) secret.defaultMode ??= FILE_MODE;
  if (downwardAPI) {
    downwardAPI.defaultMode ??= FILE_MODE;
    for (const item of downwardAPI.items ?? []) defaultDownward(item);
  }
  if (projected) {
    projected.defaultMode ??= FILE_MODE;
    for (const source of projected.sources ?? []) {
      for (const item of source.downwardAPI?.items ?? []) defaultDownward(item);
      if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600;
    }
  }
  if (hostPath) hostPath.type ??= '';
  if (ephemeral?.volumeClaimTemplate?.spec) ephemeral.volumeClaimTemplate.spec.volumeMode ??= 'Filesystem';
  if (volume.iscsi) volume.iscsi.iscsiInterface ||= 'default';
  if (Object.keys(volume).length === 1) volume.emptyDir = {};
}

function defaultDownward(item: { fieldRef?: { apiVersion?: string }; resourceFieldRef?: { divisor?: string } }): void {
  if (item.fieldRef) item.fieldRef.apiVersion ||= 'v1';
  if (item.resourceFieldRef) item.resourceFieldRef.divisor ??= '0';
}
