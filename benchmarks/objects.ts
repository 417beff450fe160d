import type { ConfigMap, Pod } from '@kubernats/api';

export const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
export const PODS = '/api/v1/namespaces/default/pods';

export const configMap = (name: string): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: { app: 'bench' } },
  data: { greeting: 'hello', number: name },
});

/** A Pod with what most have, which no scheduler takes. As it is kept, with the fields' managers and the defaults, it has 1.8 KB. */
export const plainPod = (name: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { app: 'bench' } },
  spec: {
    schedulerName: 'nobody',
    containers: [{ name: 'app', image: 'example/app:1.0', ports: [{ containerPort: 8080 }], resources: { requests: { cpu: '10m' } } }],
  },
});

const probe = (path: string) => ({ httpGet: { path, port: 'http' }, periodSeconds: 10 });

/** A Pod as people deploy them: two containers with probes, resources, environment and mounts, and where it should run. No scheduler takes it: it stays as it was made. */
export const richPod = (name: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'default',
    labels: { 'app.kubernetes.io/name': 'shop', 'app.kubernetes.io/component': 'web', 'pod-template-hash': '5d8f7b9c6d' },
    annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9090' },
  },
  spec: {
    schedulerName: 'nobody',
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    terminationGracePeriodSeconds: 45,
    securityContext: { runAsNonRoot: true, fsGroup: 2000 },
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              topologyKey: 'kubernetes.io/hostname',
              labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'shop' } },
            },
          },
        ],
      },
    },
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'web', effect: 'NoSchedule' }],
    containers: [
      {
        name: 'web',
        image: 'registry.example.com/shop/web:1.42.0',
        args: ['--listen=:8080', '--log-format=json'],
        ports: [
          { name: 'http', containerPort: 8080 },
          { name: 'metrics', containerPort: 9090 },
        ],
        env: [
          { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'database', key: 'url' } } },
          { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'LOG_LEVEL', value: 'info' },
        ],
        resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } },
        livenessProbe: probe('/healthz'),
        readinessProbe: probe('/ready'),
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        volumeMounts: [
          { name: 'config', mountPath: '/etc/shop', readOnly: true },
          { name: 'cache', mountPath: '/var/cache/shop' },
        ],
      },
      {
        name: 'log-shipper',
        image: 'registry.example.com/infra/log-shipper:0.9.3',
        env: [{ name: 'TARGET', value: 'logs.infra.svc' }],
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
        volumeMounts: [{ name: 'cache', mountPath: '/logs' }],
      },
    ],
    volumes: [
      { name: 'config', configMap: { name: 'shop', items: [{ key: 'shop.yaml', path: 'shop.yaml' }] } },
      { name: 'cache', emptyDir: { sizeLimit: '1Gi' } },
    ],
  },
});
