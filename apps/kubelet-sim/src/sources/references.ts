import { claimNameOf, type Pod } from '@kubernats/api';
import type { FollowedKinds } from './kinds.ts';

/** An object of the Pod's namespace. */
export interface Reference {
  kind: keyof FollowedKinds;
  name: string;
}

/** The claims of a Pod's volumes, each once. */
export function claimsOf(pod: Pod): Reference[] {
  const names = (pod.spec?.volumes ?? []).map((volume) => claimNameOf(pod, volume)).filter((name) => name !== undefined);
  return [...new Set(names)].map((name) => ({ kind: 'persistentvolumeclaim', name }));
}

/** What a Pod's volumes, variables and images come from, each once. */
export function referencesOf(pod: Pod): Reference[] {
  const { spec } = pod;
  const found = new Map<string, Reference>();
  const add = (kind: Reference['kind'], name: string | undefined): void => {
    if (name) found.set(`${kind}/${name}`, { kind, name });
  };
  for (const { name } of spec?.imagePullSecrets ?? []) add('secret', name);
  for (const { configMap, secret, projected } of spec?.volumes ?? []) {
    add('configmap', configMap?.name);
    add('secret', secret?.secretName);
    for (const source of projected?.sources ?? []) {
      add('configmap', source.configMap?.name);
      add('secret', source.secret?.name);
    }
  }
  for (const { env, envFrom } of [...(spec?.initContainers ?? []), ...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])]) {
    for (const { configMapRef, secretRef } of envFrom ?? []) {
      add('configmap', configMapRef?.name);
      add('secret', secretRef?.name);
    }
    for (const { valueFrom } of env ?? []) {
      add('configmap', valueFrom?.configMapKeyRef?.name);
      add('secret', valueFrom?.secretKeyRef?.name);
    }
  }
  return [...found.values(), ...claimsOf(pod)];
}
