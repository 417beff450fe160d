export { clusterDnsConfig } from './dns/config.ts';
export { createServiceProxy, type ServiceProxy, type ServiceProxyConfig, type ServiceProxyDeps } from './service-proxy.ts';
