export { type KeepsSource, keepLoopbackSource } from './plane/source.ts';
export { createServiceProxy, type ServiceProxy, type ServiceProxyConfig, type ServiceProxyDeps } from './service-proxy.ts';
