import type { Service } from '@kubernats/api';

/**
 * The variables by which containers find Services without DNS: of the Pod's namespace (unless it wants none), and of the API server
 * always. Source: Kubernetes, "Service: environment variables".
 */
export function serviceEnv(services: Iterable<Service>, namespace: string, serviceLinks: boolean): Record<string, string> {
  const env: Record<string, string> = {};
  for (const service of services) {
    const { clusterIP } = service.spec ?? {};
    if (!clusterIP || clusterIP === 'None') continue;
    const isApiServer = service.metadata?.name === 'kubernetes' && service.metadata.namespace === 'default';
    if (!isApiServer && !(serviceLinks && service.metadata?.namespace === namespace)) continue;
    addService(env, service, clusterIP);
  }
  return env;
}

function addService(env: Record<string, string>, service: Service, host: string): void {
  const prefix = variableName(service.metadata?.name ?? '');
  const [first] = service.spec?.ports ?? [];
  env[`${prefix}_SERVICE_HOST`] = host;
  if (!first) return;
  env[`${prefix}_SERVICE_PORT`] = String(first.port);
  env[`${prefix}_PORT`] = `${(first.protocol ?? 'TCP').toLowerCase()}://${host}:${first.port}`;
  for (const { name, port, protocol = 'TCP' } of service.spec?.ports ?? []) {
    if (name) env[`${prefix}_SERVICE_PORT_${variableName(name)}`] = String(port);
    const link = `${prefix}_PORT_${port}_${protocol}`;
    env[link] = `${protocol.toLowerCase()}://${host}:${port}`;
    env[`${link}_PROTO`] = protocol.toLowerCase();
    env[`${link}_PORT`] = String(port);
    env[`${link}_ADDR`] = host;
  }
}

function variableName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_').replaceAll('.', '_');
}
