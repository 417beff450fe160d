import type { CustomResourceDefinition, CustomResourceDefinitionSpec } from '../../../../generated/types.ts';

const WEBHOOK_PORT = 443;

/** Fills in the names that follow from the kind, and that nothing is converted. */
export function defaultDefinition(definition: CustomResourceDefinition): void {
  const spec: Partial<CustomResourceDefinitionSpec> | undefined = definition.spec;
  if (!spec) return;
  const { names } = spec;
  if (names?.kind) {
    names.singular ||= names.kind.toLowerCase();
    names.listKind ||= `${names.kind}List`;
  }
  spec.conversion ??= { strategy: 'None' };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= WEBHOOK_PORT;
}
