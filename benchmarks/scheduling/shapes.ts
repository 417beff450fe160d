import type { Node, Pod, PodSpec } from '@kubernats/api';

/** What is scheduled, onto what. `i` counts from 0. */
export interface Shape {
  name: string;
  nodes: number;
  pods: number;
  node(i: number): Node;
  pod(i: number): Pod;
  /** Pods a second. */
  goal?: number;
}

const GIB = 1024;

const nodeOf = (i: number, cpu: number, memoryGib: number): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: `node-${i}`,
    labels: { 'kubernetes.io/hostname': `node-${i}`, 'topology.kubernetes.io/zone': `zone-${i % 3}` },
  },
  spec: {},
  status: { allocatable: { cpu: String(cpu), memory: `${memoryGib}Gi`, pods: '110' } },
});

const podOf = (i: number, app: string, requests: Record<string, string>, spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `pod-${i}`, namespace: 'default', generation: 1, labels: { app } },
  spec: {
    schedulerName: 'default-scheduler',
    containers: [{ name: 'app', image: 'example/app', resources: { requests } }],
    ...spec,
  },
});

const SMALL = { cpu: '10m', memory: '16Mi' };
const equalNode = (i: number): Node => nodeOf(i, 4, 32);
const labelSelector = { matchLabels: { app: 'web' } };
const web =
  (spec: Partial<PodSpec>) =>
  (i: number): Pod =>
    podOf(i, 'web', SMALL, spec);

const different = (nodes: number): Shape => ({
  name: `every Pod and node different, ${nodes.toLocaleString('en')} nodes`,
  ...{ nodes, pods: 10_000 },
  node: (i) => nodeOf(i, 4 + (i % 61), 8 + (i % 97)),
  pod: (i) => podOf(i, `app-${i}`, { cpu: `${10 + (i % 53)}m`, memory: `${16 * GIB + (i % 7919)}Ki` }),
});

const equal = (nodes: number): Shape => ({
  name: `equal Pods, ${nodes.toLocaleString('en')} nodes`,
  ...{ nodes, pods: 10_000, node: equalNode, pod: web({}) },
});

/** Those of kube-scheduler's own benchmark (`scheduler_perf`) that say most, and two smaller clusters to see how the cost grows. */
export const SHAPES: readonly Shape[] = [
  { ...equal(5_000), goal: 5_000 },
  equal(1_000),
  { ...different(5_000), goal: 1_500 },
  different(1_000),
  {
    ...{ name: '200 Deployments in turn, 5,000 nodes', nodes: 5_000, pods: 10_000, node: equalNode },
    pod: (i) => podOf(i, `app-${i % 200}`, SMALL),
  },
  {
    ...{ name: 'topology spread (zone), 5,000 nodes', nodes: 5_000, pods: 5_000, node: equalNode, goal: 1_000 },
    pod: web({
      topologySpreadConstraints: [
        { maxSkew: 5, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector },
      ],
    }),
  },
  {
    ...{ name: 'anti-affinity (hostname), 5,000 nodes', nodes: 5_000, pods: 4_000, node: equalNode, goal: 1_000 },
    pod: web({
      affinity: {
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector }] },
      },
    }),
  },
  {
    ...{ name: 'affinity (zone), 5,000 nodes', nodes: 5_000, pods: 5_000, node: equalNode, goal: 1_000 },
    pod: web({
      affinity: {
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'topology.kubernetes.io/zone', labelSelector }] },
      },
    }),
  },
  {
    ...{ name: 'preferred affinity (hostname), 5,000 nodes', nodes: 5_000, pods: 5_000, node: equalNode, goal: 1_000 },
    pod: web({
      affinity: {
        podAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector } },
          ],
        },
      },
    }),
  },
];
