import type { FieldSchema, ObjectSchema } from './schema.ts';

/**
 * Cuts of real types' schemas for tests: field names, merge keys and list types are Kubernetes 1.36's facts; fields that no
 * test needs are left out.
 */
const text: FieldSchema = { type: 'string' };
const integer: FieldSchema = { type: 'integer' };
const quantities: FieldSchema = { type: 'map', items: { type: 'quantity' } };
const texts: FieldSchema = { type: 'array', items: text };
const textMap: FieldSchema = { type: 'map', items: text };

function schema(name: string, fields: Record<string, FieldSchema>): ObjectSchema {
  return { name: `io.k8s.api.${name}`, fields: new Map(Object.entries(fields)) };
}
const object = (of: ObjectSchema, more: Partial<FieldSchema> = {}): FieldSchema => ({ type: 'object', object: of, ...more });

/** A list of objects that merge by the first of `keys`, which together tell its elements apart. */
const keyed = (of: ObjectSchema, ...keys: string[]): FieldSchema => ({
  type: 'array',
  items: object(of),
  listType: 'map',
  listMapKeys: keys,
  patchStrategy: ['merge'],
  patchMergeKey: keys[0],
});
const set: FieldSchema = { ...texts, listType: 'set', patchStrategy: ['merge'] };
const atomicList = (of: ObjectSchema): FieldSchema => ({ type: 'array', items: object(of), listType: 'atomic' });

const metadata = object(
  schema('meta.v1.ObjectMeta', {
    name: text,
    generateName: text,
    namespace: text,
    uid: text,
    resourceVersion: text,
    generation: integer,
    creationTimestamp: text,
    labels: textMap,
    annotations: textMap,
    finalizers: set,
    ownerReferences: keyed(schema('meta.v1.OwnerReference', { uid: text, kind: text, name: text }), 'uid'),
    managedFields: { type: 'array', items: { type: 'any' } },
  }),
);
const top = { apiVersion: text, kind: text, metadata };

const labelSelector = schema('meta.v1.LabelSelector', {
  matchLabels: textMap,
  matchExpressions: atomicList(schema('meta.v1.LabelSelectorRequirement', { key: text, operator: text, values: texts })),
});
const valueFrom = object(
  schema('core.v1.EnvVarSource', {
    fieldRef: object(schema('core.v1.ObjectFieldSelector', { apiVersion: text, fieldPath: text }), { mapType: 'atomic' }),
  }),
);
const container = schema('core.v1.Container', {
  name: text,
  image: text,
  command: texts,
  args: texts,
  env: keyed(schema('core.v1.EnvVar', { name: text, value: text, valueFrom }), 'name'),
  ports: keyed(
    schema('core.v1.ContainerPort', { name: text, containerPort: integer, protocol: { ...text, default: 'TCP' } }),
    'containerPort',
    'protocol',
  ),
  resources: object(schema('core.v1.ResourceRequirements', { limits: quantities, requests: quantities })),
  volumeMounts: keyed(schema('core.v1.VolumeMount', { name: text, mountPath: text }), 'mountPath'),
});
const volume = schema('core.v1.Volume', {
  name: text,
  emptyDir: object(schema('core.v1.EmptyDirVolumeSource', { medium: text, sizeLimit: { type: 'quantity' } })),
  configMap: object(schema('core.v1.ConfigMapVolumeSource', { name: text })),
});
const securityContext = schema('core.v1.PodSecurityContext', {
  runAsUser: integer,
  sysctls: atomicList(schema('core.v1.Sysctl', { name: text, value: text })),
  seLinuxOptions: object(schema('core.v1.SELinuxOptions', { user: text })),
});
const podSpec = schema('core.v1.PodSpec', {
  nodeName: text,
  hostname: text,
  subdomain: text,
  priority: integer,
  restartPolicy: text,
  nodeSelector: { ...textMap, mapType: 'atomic' },
  containers: keyed(container, 'name'),
  volumes: { ...keyed(volume, 'name'), patchStrategy: ['merge', 'retainKeys'] },
  tolerations: atomicList(schema('core.v1.Toleration', { key: text, value: text, operator: text, effect: text })),
  securityContext: object(securityContext),
});
const condition = schema('core.v1.PodCondition', { type: text, status: text, lastTransitionTime: text, reason: text });

export const podSchema: ObjectSchema = schema('core.v1.Pod', {
  ...top,
  spec: object(podSpec),
  status: object(schema('core.v1.PodStatus', { phase: text, podIP: text, conditions: keyed(condition, 'type') })),
});

const template = object(schema('core.v1.PodTemplateSpec', { metadata, spec: object(podSpec) }));
const rollingUpdate = object(schema('apps.v1.RollingUpdateDeployment', { maxSurge: { type: 'intOrString' } }));

export const deploymentSchema: ObjectSchema = schema('apps.v1.Deployment', {
  ...top,
  spec: object(
    schema('apps.v1.DeploymentSpec', {
      replicas: integer,
      selector: object(labelSelector, { mapType: 'atomic' }),
      strategy: object(schema('apps.v1.DeploymentStrategy', { type: text, rollingUpdate }), { patchStrategy: ['retainKeys'] }),
      template,
    }),
  ),
  status: object(
    schema('apps.v1.DeploymentStatus', { replicas: integer, observedGeneration: integer, conditions: keyed(condition, 'type') }),
  ),
});

export const serviceSchema: ObjectSchema = schema('core.v1.Service', {
  ...top,
  spec: object(
    schema('core.v1.ServiceSpec', {
      selector: { ...textMap, mapType: 'atomic' },
      ports: keyed(
        schema('core.v1.ServicePort', {
          name: text,
          port: integer,
          protocol: { ...text, default: 'TCP' },
          targetPort: { type: 'intOrString' },
        }),
        'port',
        'protocol',
      ),
    }),
  ),
});

export const configMapSchema: ObjectSchema = schema('core.v1.ConfigMap', { ...top, data: textMap, binaryData: textMap });

export const disruptionBudgetSchema: ObjectSchema = schema('policy.v1.PodDisruptionBudget', {
  ...top,
  spec: object(
    schema('policy.v1.PodDisruptionBudgetSpec', { selector: object(labelSelector, { mapType: 'atomic', patchStrategy: ['replace'] }) }),
  ),
});
