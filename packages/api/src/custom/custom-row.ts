import { getPath } from '@kubernats/apimachinery';
import type { CustomResourceDefinition, CustomResourceDefinitionVersion, JSONSchemaProps } from '../../generated/types.ts';
import type { KindRow, TextOf } from '../kind.ts';
import { STORED_VERBS } from '../kinds/define.ts';
import type { KubeObject } from '../object.ts';
import { noneConversion, webhookConversion } from './conversion.ts';
import { deprecationOf, hasCondition, storageVersion } from './definition.ts';
import { mergeSchema } from './merge-schema.ts';
import { printerColumns } from './printer-columns.ts';
import { prune } from './prune.ts';
import { renewal } from './renew.ts';
import { hasRules, type SchemaRules } from './rules.ts';
import { scaleRowOf } from './scale-paths.ts';
import { customStrategy } from './strategy.ts';
import { ANYTHING, type Structural, structuralOf } from './structural.ts';
import { webhookConversionsOf } from './webhook-conversions.ts';

export interface CustomRowOptions {
  /** Compiles the rules that a schema has in Common Expression Language. Absent: they are not looked at. */
  rulesOf?: ((schema: JSONSchemaProps) => SchemaRules) | undefined;
}

/**
 * The row of one version of a custom resource: everything that the API does with a kind follows from it, as from that of a built-in one. The
 * definition has such a version, and is valid. Source: the page "Extend the Kubernetes API with CustomResourceDefinitions".
 */
export function customRow(definition: CustomResourceDefinition, versionName: string, { rulesOf }: CustomRowOptions = {}): KindRow {
  const version = definition.spec.versions.find(({ name }) => name === versionName);
  if (!version) throw new Error(`${definition.metadata?.name} has no version ${versionName}`);
  const { group, scope } = definition.spec;
  const { kind, listKind, plural, singular, shortNames = [], categories = [] } = namesOf(definition);
  const { status, scale } = version.subresources ?? {};
  const hasStatus = status !== undefined;
  // Read when an object comes for the first time: a server may start with hundreds of definitions.
  const { openAPIV3Schema = ANYTHING } = version.schema ?? {};
  const schema = once(() => structuralOf(openAPIV3Schema));
  const rules = once(() => (hasRules(openAPIV3Schema) ? rulesOf?.(openAPIV3Schema) : undefined));
  const deprecation = deprecationOf(definition, version);
  const conversions = webhookConversionsOf(definition);
  const name = `${group.split('.').reverse().join('.')}.${versionName}.${kind}`;
  return {
    ...{ group, version: versionName, kind, plural, shortNames, categories },
    singular: singular || kind.toLowerCase(),
    namespaced: scope === 'Namespaced',
    verbs: [...STORED_VERBS],
    definition: name,
    custom: {
      schema: once(() => mergeSchema(name, schema())),
      conform: (value) => prune(value, schema()),
      listKind: listKind || `${kind}List`,
      since: Number(definition.metadata?.resourceVersion ?? 0),
      renew: renewal(`${group}/${versionName}`, schema),
      ...(conversions ? { conversions } : {}),
      ...(version.schema?.openAPIV3Schema ? { openApi: version.schema.openAPIV3Schema } : {}),
      ...(hasCondition(definition, 'Terminating') ? { terminating: true } : {}),
    },
    stream: 'state',
    hasStatus,
    ...(scale ? { scale: scaleRowOf(scale) } : {}),
    subresources: [],
    columns: printerColumns(version.additionalPrinterColumns),
    strategy: customStrategy({ schema, hasStatus, scale, rules }),
    fieldSelectors: fieldSelectorsOf(version),
    ...(deprecation === undefined ? {} : { deprecation }),
    ...(version.storage ? {} : { storedAs: storedAs(definition, versionName, schema) }),
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** What the kind is called: what it wishes to be called may be taken. */
const namesOf = ({ spec, status }: CustomResourceDefinition) => status?.acceptedNames ?? spec.names;

function storedAs(definition: CustomResourceDefinition, versionName: string, schema: () => Structural): NonNullable<KindRow['storedAs']> {
  const { group } = definition.spec;
  const version = storageVersion(definition).name;
  const to = `${group}/${version}`;
  const from = `${group}/${versionName}`;
  const conversions = webhookConversionsOf(definition);
  const conversion = conversions ? webhookConversion(conversions, from, to) : noneConversion(to, renewal(from, schema));
  return { group, version, plural: namesOf(definition).plural, ...conversion };
}

function fieldSelectorsOf({ selectableFields = [] }: CustomResourceDefinitionVersion): Record<string, TextOf<KubeObject>> {
  return Object.fromEntries(
    selectableFields.map(({ jsonPath }) => {
      const path = jsonPath.replace(/^\./, '');
      const steps = path.split('.');
      return [path, (object: KubeObject) => String(getPath(object, steps) ?? '')];
    }),
  );
}
