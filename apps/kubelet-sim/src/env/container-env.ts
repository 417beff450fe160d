import type { Container, EnvVar, Pod } from '@kubernats/api';
import { podHostname } from '../pod/hostname.ts';
import { expand } from './expand.ts';
import { type PodPlace, podField, resourceField } from './fields.ts';
import { ConfigError, type Sources } from './sources.ts';

const decoder = new TextDecoder();

/** The environment of a container: Services, then `envFrom`, then `env`, each over the one before. Throws `ConfigError`. */
export async function containerEnv(
  pod: Pod,
  container: Container,
  place: PodPlace,
  services: Readonly<Record<string, string>>,
  sources: Sources,
): Promise<Record<string, string>> {
  const namespace = pod.metadata?.namespace ?? 'default';
  const env: Record<string, string> = { HOSTNAME: podHostname(pod, place.nodeName).kernel, ...services };
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const data = configMapRef
      ? await needed(
          sources.configMap(configMapRef.name ?? '', namespace),
          configMapRef.optional,
          `configmap "${configMapRef.name}" not found`,
        )
      : await needed(sources.secret(secretRef?.name ?? '', namespace), secretRef?.optional, `secret "${secretRef?.name}" not found`);
    for (const [key, value] of data ?? []) env[prefix + key] = decoder.decode(value);
  }
  for (const variable of container.env ?? []) {
    const value = variable.valueFrom ? await valueFrom(variable, pod, container, place, sources) : expand(variable.value ?? '', env);
    if (value !== undefined) env[variable.name] = value;
  }
  return env;
}

async function valueFrom(variable: EnvVar, pod: Pod, container: Container, place: PodPlace, sources: Sources): Promise<string | undefined> {
  const namespace = pod.metadata?.namespace ?? 'default';
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = variable.valueFrom ?? {};
  if (fieldRef) {
    const value = podField(pod, place, fieldRef.fieldPath);
    if (value === undefined) throw new ConfigError(`unsupported fieldPath: ${fieldRef.fieldPath}`);
    return value;
  }
  if (resourceFieldRef) {
    const value = resourceField(pod, container, place, resourceFieldRef);
    if (value === undefined) throw new ConfigError(`unsupported container resource: ${resourceFieldRef.resource}`);
    return value;
  }
  const ref = configMapKeyRef ?? secretKeyRef;
  if (!ref) return undefined;
  const name = ref.name ?? '';
  const kind = configMapKeyRef ? 'ConfigMap' : 'Secret';
  const reading = configMapKeyRef ? sources.configMap(name, namespace) : sources.secret(name, namespace);
  const data = await needed(reading, ref.optional, `${kind.toLowerCase()} "${name}" not found`);
  const value = data?.get(ref.key);
  if (value !== undefined) return decoder.decode(value);
  if (ref.optional) return undefined;
  throw new ConfigError(`couldn't find key ${ref.key} in ${kind} ${namespace}/${name}`);
}

async function needed<T>(reading: Promise<T | undefined>, optional: boolean | undefined, message: string): Promise<T | undefined> {
  const found = await reading;
  if (found === undefined && !optional) throw new ConfigError(message);
  return found;
}
