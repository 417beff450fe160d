// CustomResourceDefinitions for tests.
import type { CustomResourceDefinition, CustomResourceDefinitionVersion, JSONSchemaProps } from '../../../generated/types.ts';

/** A schema with a `spec` of these properties. */
export const schemaOfSpec = (properties: Record<string, JSONSchemaProps>): JSONSchemaProps => ({
  type: 'object',
  properties: { spec: { type: 'object', properties } },
});

export function cronTabVersion(name: string, more: Partial<CustomResourceDefinitionVersion> = {}): CustomResourceDefinitionVersion {
  return { name, served: true, storage: true, schema: { openAPIV3Schema: schemaOfSpec({ image: { type: 'string' } }) }, ...more };
}

/** `crontabs.stable.example.com`, with versions. */
export function cronTabs(...versions: CustomResourceDefinitionVersion[]): CustomResourceDefinition {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'crontabs.stable.example.com' },
    spec: {
      group: 'stable.example.com',
      scope: 'Namespaced',
      names: { plural: 'crontabs', kind: 'CronTab', shortNames: ['ct'] },
      versions: versions.length > 0 ? versions : [cronTabVersion('v1')],
    },
  };
}

/** With one version of this schema. */
export const cronTabsOf = (
  openAPIV3Schema: JSONSchemaProps,
  more: Partial<CustomResourceDefinitionVersion> = {},
): CustomResourceDefinition => cronTabs(cronTabVersion('v1', { schema: { openAPIV3Schema }, ...more }));
