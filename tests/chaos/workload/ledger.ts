import type { PodTemplateSpec, Volume } from '@kubernats/api';

/** Each Pod adds itself to what is in its claim, and tells all that it found there: short, as what a container may tell at its end is. */
const SCRIPT = 'echo $ME | cut -d- -f1 >> /data/ledger && cat /data/ledger > /dev/termination-log';

/** A Pod that keeps a ledger in its volume `data`: one of `volumes`, or of its StatefulSet. */
export function ledgerPod(app: string, volumes?: Volume[]): PodTemplateSpec {
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];
  const env = [{ name: 'ME', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } }];
  return {
    metadata: { labels: { app } },
    spec: {
      terminationGracePeriodSeconds: 2,
      initContainers: [{ name: 'write', image: 'busybox', command: ['sh', '-c', SCRIPT], env, volumeMounts }],
      containers: [{ name: 'stay', image: 'pause', volumeMounts }],
      ...(volumes && { volumes }),
    },
  };
}

export const ledgerClaim = (storageClassName: string) => ({
  ...{ storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
});
