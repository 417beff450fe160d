// MutatingAdmissionPolicies of a test file.
import type { ConfigMap } from '@kubernats/api';
import { afterEach, expect } from 'vitest';
import { configMap } from './cluster-of-file.ts';
import type { HttpsClient } from './https-client.ts';

export const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
export const DEMO = `${ADMISSION}/mutatingadmissionpolicies/demo`;
export const DEMO_BINDING = `${ADMISSION}/mutatingadmissionpolicybindings/demo-binding`;

export const rule = (plural: string, more: object = {}) => ({
  apiGroups: ['*'],
  apiVersions: ['v1'],
  operations: ['CREATE', 'UPDATE'],
  resources: [plural],
  ...more,
});
export const applying = (expression: string) => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } });
export const patched = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });
/** Adds a key to a ConfigMap's data. */
export const setting = (key: string, value = '"yes"') => applying(`Object{data: {"${key}": ${value}}}`);
/** What the policy that `policy` makes says when it cannot do what it is to do. */
export const denied = (why: string) => `policy 'demo' with binding 'demo-binding' denied request: ${why}`;

/** What is made by these is deleted when its test ends. */
export function mutatingPolicies(admin: HttpsClient) {
  const made: string[] = [];
  const clear = async (): Promise<void> => {
    for (const path of made.splice(0)) await admin.delete(path);
  };
  afterEach(clear);

  async function make(plural: string, name: string, spec: object): Promise<void> {
    const { code, text } = await admin.post(`${ADMISSION}/${plural}`, { metadata: { name }, spec });
    expect(code, text).toBe(201);
    made.push(`${ADMISSION}/${plural}/${name}`);
  }

  /** A policy about ConfigMaps, unless `spec` says otherwise, and a binding of it. */
  async function policy(
    mutations: object[],
    spec: object = {},
    { name = 'demo', ...binding }: { name?: string; [more: string]: unknown } = {},
  ): Promise<void> {
    const matchConstraints = { resourceRules: [rule('configmaps')] };
    await make('mutatingadmissionpolicies', name, { matchConstraints, mutations, reinvocationPolicy: 'Never', ...spec });
    await make('mutatingadmissionpolicybindings', `${name}-binding`, { policyName: name, ...binding });
  }

  /** What a new ConfigMap holds. */
  async function dataOf(at: string, name: string, data: Record<string, string> = {}, query = ''): Promise<unknown> {
    const { code, text } = await admin.post(`${at}/configmaps${query}`, configMap(name, data));
    expect(code, text).toBe(201);
    return (JSON.parse(text) as ConfigMap).data;
  }

  return { made, clear, make, policy, dataOf };
}
