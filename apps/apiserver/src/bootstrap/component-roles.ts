import type { ClusterRole } from '@kubernats/api';
import { allow, clusterRole, EVENTS, READ } from './roles.ts';

const LEASES = allow(['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'], ['coordination.k8s.io'], ['leases']);

const SIGNERS = ['kube-apiserver-client', 'kube-apiserver-client-kubelet', 'kubelet-serving'].map((signer) => `kubernetes.io/${signer}`);

/** What each component may do: no more than its work needs. */
export function componentRoles(): ClusterRole[] {
  return [
    clusterRole('system:kube-scheduler', [
      EVENTS,
      LEASES,
      allow(READ, [''], ['namespaces', 'nodes', 'persistentvolumeclaims', 'persistentvolumes', 'replicationcontrollers', 'services']),
      allow(['delete', ...READ], [''], ['pods']),
      allow(['create'], [''], ['bindings', 'pods/binding']),
      allow(['patch', 'update'], [''], ['pods/status']),
      allow(READ, ['apps'], ['replicasets', 'statefulsets']),
      allow(READ, ['policy'], ['poddisruptionbudgets']),
      allow(READ, ['storage.k8s.io'], ['csidrivers', 'csinodes', 'csistoragecapacities', 'storageclasses', 'volumeattachments']),
    ]),
    clusterRole('system:volume-scheduler', [
      allow(['patch', 'update', ...READ], [''], ['persistentvolumeclaims', 'persistentvolumes']),
      allow(READ, ['storage.k8s.io'], ['storageclasses']),
    ]),
    clusterRole('system:kube-controller-manager', [
      EVENTS,
      LEASES,
      // The namespace controller empties namespaces and the garbage collector follows owners, whatever the kind.
      allow(['delete', 'deletecollection', 'patch', 'update', ...READ], ['*'], ['*']),
      allow(['create'], [''], ['configmaps', 'endpoints', 'persistentvolumeclaims', 'pods', 'pods/eviction', 'secrets', 'serviceaccounts']),
      allow(['create'], [''], ['serviceaccounts/token']),
      allow(['create'], ['apps'], ['controllerrevisions', 'replicasets']),
      allow(['create'], ['batch'], ['jobs']),
      allow(['create'], ['discovery.k8s.io'], ['endpointslices']),
      allow(['create'], ['authentication.k8s.io'], ['tokenreviews']),
      allow(['create'], ['authorization.k8s.io'], ['subjectaccessreviews']),
      allow(['approve'], ['certificates.k8s.io'], ['signers'], ['kubernetes.io/kube-apiserver-client-kubelet']),
      allow(['sign'], ['certificates.k8s.io'], ['signers'], SIGNERS),
      // Aggregated roles get rules that it does not have itself.
      allow(['escalate'], ['rbac.authorization.k8s.io'], ['clusterroles']),
    ]),
    clusterRole('system:kubernats:volume-controller', [
      EVENTS,
      LEASES,
      allow(['create', 'delete', 'patch', 'update', ...READ], [''], ['persistentvolumes']),
      allow(['patch', 'update', ...READ], [''], ['persistentvolumeclaims']),
      allow(['patch', 'update'], [''], ['persistentvolumeclaims/status', 'persistentvolumes/status']),
      allow(READ, [''], ['nodes', 'pods', 'namespaces', 'secrets']),
      allow(['patch'], [''], ['nodes/status']),
      allow(READ, ['storage.k8s.io'], ['csidrivers', 'csinodes', 'storageclasses', 'volumeattributesclasses']),
      allow(['create', 'delete', 'patch', 'update', ...READ], ['storage.k8s.io'], ['volumeattachments', 'volumeattachments/status']),
    ]),
    clusterRole('system:kubernats:load-balancer', [
      EVENTS,
      LEASES,
      allow(READ, [''], ['nodes', 'services']),
      allow(READ, ['discovery.k8s.io'], ['endpointslices']),
      allow(['update'], [''], ['services/status']),
    ]),
    clusterRole('system:node-proxier', [
      EVENTS,
      allow(READ, [''], ['endpoints', 'nodes', 'pods', 'services', 'namespaces']),
      allow(READ, ['discovery.k8s.io'], ['endpointslices']),
    ]),
    clusterRole('system:node', [
      EVENTS,
      allow(READ, [''], ['services']),
      allow(['create'], ['authentication.k8s.io'], ['tokenreviews']),
      allow(['create'], ['authorization.k8s.io'], ['localsubjectaccessreviews', 'subjectaccessreviews']),
      allow(['create', ...READ], ['certificates.k8s.io'], ['certificatesigningrequests']),
    ]),
  ];
}
