// The definitions of metrics.k8s.io: they are metrics-server's, not Kubernetes' own, so that the generated table lacks them.
import type { GeneratedDefinition, GeneratedField } from './definitions.ts';

const PACKAGE = 'io.k8s.metrics.pkg.apis.metrics.v1beta1';

const STRING: GeneratedField = { type: 'string' };
const OBJECT: Record<string, GeneratedField> = {
  apiVersion: STRING,
  kind: STRING,
  metadata: { type: 'object', ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
};
const SAMPLED: Record<string, GeneratedField> = {
  timestamp: { type: 'string', format: 'date-time', required: true },
  window: { ...STRING, required: true },
};
const USAGE: Record<string, GeneratedField> = { usage: { type: 'map', items: { type: 'quantity' }, required: true } };

export const METRICS_DEFINITIONS: Record<string, GeneratedDefinition> = {
  [`${PACKAGE}.NodeMetrics`]: { fields: { ...OBJECT, ...SAMPLED, ...USAGE } },
  [`${PACKAGE}.PodMetrics`]: {
    fields: {
      ...OBJECT,
      ...SAMPLED,
      containers: { type: 'array', items: { type: 'object', ref: `${PACKAGE}.ContainerMetrics` }, required: true },
    },
  },
  [`${PACKAGE}.ContainerMetrics`]: { fields: { name: { ...STRING, required: true }, ...USAGE } },
};
