import type { Service } from '../../../../generated/types.ts';
import type { Column } from '../../../kind.ts';
import { AGE, NAME, text, wide } from '../../../table/common-columns.ts';
import { mapText } from '../../../table/texts.ts';

/** Load balancers may have many names; more than this is cut off, unless `-o wide` is asked for. */
const MAX_STATUS_TEXT = 16;

function externalIp({ spec, status }: Service): string {
  const fixed = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case 'LoadBalancer': {
      const given = [...new Set((status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || ''))].filter(
        (name) => name !== '',
      );
      const balancer = given.toSorted().join(',');
      if (fixed.length > 0) return [...(balancer === '' ? [] : balancer.split(',')), ...fixed].join(',');
      if (balancer === '') return '<pending>';
      return given.length > 1 && balancer.length > MAX_STATUS_TEXT ? `${balancer.slice(0, MAX_STATUS_TEXT - 3)}...` : balancer;
    }
    case 'ExternalName':
      return spec.externalName || '<none>';
    default:
      return fixed.length > 0 ? fixed.join(',') : '<none>';
  }
}

export const serviceColumns: Column<Service>[] = [
  NAME,
  text('Type', 'How the Service is reached.', (service) => service.spec?.type ?? ''),
  text('Cluster-IP', 'Its address inside the cluster.', (service) => service.spec?.clusterIPs?.[0] || service.spec?.clusterIP || '<none>'),
  text('External-IP', 'Its addresses outside the cluster.', externalIp),
  text('Port(s)', 'The ports, with the port of every node after a colon.', ({ spec }) => {
    const ports = (spec?.ports ?? []).map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`);
    return ports.length > 0 ? ports.join(',') : '<none>';
  }),
  AGE,
  wide('Selector', 'The labels of the Pods that it leads to.', (service) => mapText(service.spec?.selector)),
];
