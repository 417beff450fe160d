// Typed names of the kinds of version v1 of the groups beside the core: the second half of refs.ts.
import type {
  APIService,
  CertificateSigningRequest,
  ComponentStatus,
  CSIStorageCapacity,
  DeviceClass,
  FlowSchema,
  Ingress,
  IngressClass,
  IPAddress,
  NetworkPolicy,
  PodTemplate,
  PriorityLevelConfiguration,
  ResourceClaimTemplate,
  ResourceResourceClaim,
  ResourceSlice,
  RuntimeClass,
  ServiceCIDR,
} from '../generated/types.ts';
import type { KubeObject } from './object.ts';
import type { KindRef } from './refs.ts';

const ofCluster = <T extends KubeObject>(group: string, kind: string, plural: string): KindRef<T> => ({
  group,
  version: 'v1',
  kind,
  plural,
  namespaced: false,
});

const ofNamespace = <T extends KubeObject>(group: string, kind: string, plural: string): KindRef<T> => ({
  ...ofCluster<T>(group, kind, plural),
  namespaced: true,
});

export const Ingresses = ofNamespace<Ingress>('networking.k8s.io', 'Ingress', 'ingresses');
export const IngressClasses = ofCluster<IngressClass>('networking.k8s.io', 'IngressClass', 'ingressclasses');
export const NetworkPolicies = ofNamespace<NetworkPolicy>('networking.k8s.io', 'NetworkPolicy', 'networkpolicies');
export const IPAddresses = ofCluster<IPAddress>('networking.k8s.io', 'IPAddress', 'ipaddresses');
export const ServiceCIDRs = ofCluster<ServiceCIDR>('networking.k8s.io', 'ServiceCIDR', 'servicecidrs');
export const PodTemplates = ofNamespace<PodTemplate>('', 'PodTemplate', 'podtemplates');
export const ComponentStatuses = ofCluster<ComponentStatus>('', 'ComponentStatus', 'componentstatuses');
export const RuntimeClasses = ofCluster<RuntimeClass>('node.k8s.io', 'RuntimeClass', 'runtimeclasses');
export const FlowSchemas = ofCluster<FlowSchema>('flowcontrol.apiserver.k8s.io', 'FlowSchema', 'flowschemas');
export const PriorityLevelConfigurations = ofCluster<PriorityLevelConfiguration>(
  'flowcontrol.apiserver.k8s.io',
  'PriorityLevelConfiguration',
  'prioritylevelconfigurations',
);
export const CertificateSigningRequests = ofCluster<CertificateSigningRequest>(
  'certificates.k8s.io',
  'CertificateSigningRequest',
  'certificatesigningrequests',
);
export const CSIStorageCapacities = ofNamespace<CSIStorageCapacity>('storage.k8s.io', 'CSIStorageCapacity', 'csistoragecapacities');
export const DeviceClasses = ofCluster<DeviceClass>('resource.k8s.io', 'DeviceClass', 'deviceclasses');
export const ResourceClaims = ofNamespace<ResourceResourceClaim>('resource.k8s.io', 'ResourceClaim', 'resourceclaims');
export const ResourceClaimTemplates = ofNamespace<ResourceClaimTemplate>(
  'resource.k8s.io',
  'ResourceClaimTemplate',
  'resourceclaimtemplates',
);
export const ResourceSlices = ofCluster<ResourceSlice>('resource.k8s.io', 'ResourceSlice', 'resourceslices');
export const APIServices = ofCluster<APIService>('apiregistration.k8s.io', 'APIService', 'apiservices');
