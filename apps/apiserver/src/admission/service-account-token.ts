import type { Container, Pod, ServiceAccount, Volume } from '@kubernats/api';

export const TOKEN_VOLUME = 'kube-api-access';
export const TOKEN_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
/** An odd number, by which the server knows a token that was asked for on the Pod's behalf. */
export const TOKEN_SECONDS = 3607;
const FILE_MODE = 0o644;

/**
 * Gives each container of a new Pod the account's token, the authority of the API server and the name of its namespace, in the place where client
 * libraries look for them. Not where the Pod or else the account does not want it, nor over something that is mounted there. `suffix` makes the
 * volume's name unlike others. Source: Kubernetes, "Configure Service Accounts for Pods".
 */
export function mountToken(pod: Pod, account: ServiceAccount, suffix: () => string): void {
  const { spec } = pod;
  if (!spec || !(spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true)) return;
  const without = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].filter(isWithout);
  if (without.length === 0) return;
  let name = spec.volumes?.find((volume) => volume.name?.startsWith(`${TOKEN_VOLUME}-`))?.name;
  if (name === undefined) {
    name = `${TOKEN_VOLUME}-${suffix()}`;
    spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
  }
  for (const container of without) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: TOKEN_FOLDER }];
  }
}

const isWithout = ({ volumeMounts = [] }: Container): boolean => volumeMounts.every(({ mountPath }) => mountPath !== TOKEN_FOLDER);

function tokenVolume(name: string): Volume {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
      defaultMode: FILE_MODE,
    },
  };
}
