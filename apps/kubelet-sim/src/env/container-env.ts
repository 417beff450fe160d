import type { Container, EnvFromSource, EnvVar, Pod } from '@kubernats/api';
import { readEnvFile } from './env-file.ts';
import { among, expand } from './expand.ts';
import { type PodPlace, podField, resourceField } from './fields.ts';
import { ConfigError, type SourceData, type SourceKind, type Sources } from './sources.ts';

/** Where variables come from, beside the manifest. */
export interface EnvDeps {
  place: PodPlace;
  /** The variables that tell of Services. */
  services: Readonly<Record<string, string>>;
  sources: Sources;
  /** A file of one of the Pod's volumes; undefined when it is not there. */
  readVolume(volume: string, path: string): Promise<Uint8Array | undefined>;
}

/**
 * The variables of a container: Services, then `envFrom`, then `env`, each over the one before, in the manifest's order. A variable may use those
 * before it. Throws `ConfigError`, worded as the kubelet words it. Source: Kubernetes, "Define Environment Variables for a Container".
 */
export async function containerEnv(pod: Pod, container: Container, deps: EnvDeps): Promise<Record<string, string>> {
  const own: Record<string, string> = Object.create(null);
  for (const source of container.envFrom ?? []) {
    const data = await dataOf(pod, source, deps);
    for (const [key, value] of data?.texts ?? []) own[(source.prefix ?? '') + key] = value;
  }
  for (const variable of container.env ?? []) {
    const value = variable.value
      ? expand(variable.value, (name) => own[name] ?? among(deps.services)(name))
      : variable.valueFrom
        ? await valueFrom(variable, pod, container, deps)
        : '';
    if (value !== undefined) own[variable.name] = value;
  }
  return { ...deps.services, ...own };
}

function dataOf(pod: Pod, { configMapRef, secretRef }: EnvFromSource, deps: EnvDeps): Promise<SourceData | undefined> {
  return configMapRef ? needed('configmap', configMapRef, pod, deps) : needed('secret', secretRef ?? {}, pod, deps);
}

async function valueFrom(variable: EnvVar, pod: Pod, container: Container, deps: EnvDeps): Promise<string | undefined> {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = variable.valueFrom ?? {};
  if (fieldRef) {
    const value = podField(pod, deps.place, fieldRef.fieldPath);
    if (value === undefined) throw new ConfigError(`unsupported fieldPath: ${fieldRef.fieldPath}`);
    return value;
  }
  if (resourceFieldRef) {
    const value = resourceField(pod, container, deps.place, resourceFieldRef);
    if (value === undefined) throw new ConfigError(`unsupported container resource : ${resourceFieldRef.resource}`);
    return value;
  }
  if (fileKeyRef) return readEnvFile(fileKeyRef, deps.readVolume);
  const ref = configMapKeyRef ?? secretKeyRef;
  if (!ref) return '';
  const value = (await needed(configMapKeyRef ? 'configmap' : 'secret', ref, pod, deps))?.texts.get(ref.key);
  if (value !== undefined || ref.optional) return value;
  throw new ConfigError(
    `couldn't find key ${ref.key} in ${configMapKeyRef ? 'ConfigMap' : 'Secret'} ${namespaceOf(pod)}/${ref.name ?? ''}`,
  );
}

async function needed(
  kind: SourceKind,
  { name = '', optional }: { name?: string; optional?: boolean },
  pod: Pod,
  { sources }: EnvDeps,
): Promise<SourceData | undefined> {
  const found = await sources.read(kind, name, namespaceOf(pod));
  if (found === undefined && !optional) throw new ConfigError(`${kind} "${name}" not found`);
  return found;
}

const namespaceOf = (pod: Pod): string => pod.metadata?.namespace ?? 'default';
