import type { CustomResourceDefinition, JSONSchemaProps } from '../../generated/types.ts';

/** A definition of Widgets, with one version unless others are given. */
export function widgets(
  schema: JSONSchemaProps,
  version: Partial<CustomResourceDefinition['spec']['versions'][number]> = {},
  spec: Partial<CustomResourceDefinition['spec']> = {},
): CustomResourceDefinition {
  const names = { kind: 'Widget', listKind: 'WidgetList', plural: 'widgets', singular: 'widget', shortNames: ['wd'] };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com', uid: 'w-1' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names,
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...version }],
      ...spec,
    },
    status: { acceptedNames: names, conditions: [{ type: 'Established', status: 'True' }], storedVersions: ['v1'] },
  };
}

/** A schema whose spec has these properties. */
export const specOf = (properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: 'object',
  properties: { spec: { type: 'object', properties, ...more }, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
});
