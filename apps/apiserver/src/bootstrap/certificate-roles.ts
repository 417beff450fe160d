import type { ClusterRole } from '@kubernats/api';
import { allow, clusterRole } from './roles.ts';

const GROUP = 'certificates.k8s.io';
const SIGNERS = ['kube-apiserver-client', 'kube-apiserver-client-kubelet', 'kubelet-serving', 'legacy-unknown'];

/** To ask for certificates and to decide on requests. Source: "Certificates and Certificate Signing Requests", authorization. */
export function certificateRoles(): ClusterRole[] {
  return [
    ...['nodeclient', 'selfnodeclient'].map((kind) =>
      clusterRole(`system:certificates.k8s.io:certificatesigningrequests:${kind}`, [
        allow(['create'], [GROUP], [`certificatesigningrequests/${kind}`]),
      ]),
    ),
    ...SIGNERS.map((signer) =>
      clusterRole(`system:certificates.k8s.io:${signer}-approver`, [allow(['approve'], [GROUP], ['signers'], [`kubernetes.io/${signer}`])]),
    ),
    clusterRole('system:node-bootstrapper', [allow(['create', 'get', 'list', 'watch'], [GROUP], ['certificatesigningrequests'])]),
  ];
}
