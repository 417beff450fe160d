import { invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CustomResourceSubresourceScale } from '../../generated/types.ts';
import type { Strategy } from '../kind.ts';
import { withStatusHalves } from '../kinds/status.ts';
import { STANDARD_FINALIZERS } from '../metadata/object-meta.ts';
import type { KubeObject } from '../object.ts';
import { applyDefaults } from './default.ts';
import type { SchemaRules } from './rules.ts';
import { validateScaleFields } from './scale-paths.ts';
import type { Structural } from './structural.ts';
import { validateEmbedded } from './validate/embedded.ts';
import { validateLists } from './validate/lists.ts';
import { validateSchema } from './validate/schema.ts';

export interface CustomStrategyOptions {
  schema(): Structural;
  hasStatus: boolean;
  scale: CustomResourceSubresourceScale | undefined;
  rules(): SchemaRules | undefined;
}

/** What holds for the objects of a custom resource. Source: the page "Extend the Kubernetes API with CustomResourceDefinitions". */
export function customStrategy(options: CustomStrategyOptions): Strategy<KubeObject> {
  const { schema, hasStatus } = options;
  const strategy: Strategy<KubeObject> = {
    default: (draft) => applyDefaults(draft, schema()),
    validateCreate: (object) => problemsOf(options, object, undefined),
    validateUpdate: (object, old) => problemsOf(options, object, old),
    validateStatusUpdate: (object, old) => problemsOf(options, object, old, 'status'),
    warnings: finalizerWarnings,
    allowUnconditionalUpdate: false,
  };
  return hasStatus ? { ...withStatusHalves(strategy, false), prepareForStatusUpdate: keepAllButStatus } : strategy;
}

/** After an update of `status`: everything else, the metadata too, is as it was. */
function keepAllButStatus(draft: KubeObject & { status?: unknown }, old: KubeObject): void {
  const { status } = draft;
  const { resourceVersion: _, ...metadata } = old.metadata ?? {};
  for (const field of Object.keys(draft)) Reflect.deleteProperty(draft, field);
  Object.assign(draft, old, { metadata });
  if (status === undefined) delete draft.status;
  else draft.status = status;
}

/** What is wrong with so much that it makes no sense to ask the rules. */
const BLOCKING = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

function problemsOf(options: CustomStrategyOptions, object: KubeObject, old: KubeObject | undefined, only?: 'status'): Cause[] {
  const { scale } = options;
  const [schema, rules] = [options.schema(), options.rules()];
  const causes = [
    ...validateSchema(object, schema, old),
    ...(scale ? validateScaleFields(object, scale, only) : []),
    ...validateEmbedded(object, schema),
    ...(old && validateLists(old, schema).length > 0 ? [] : validateLists(object, schema)),
  ];
  if (!rules) return causes;
  if (causes.some(({ reason = '' }) => BLOCKING.has(reason))) return [...causes, NOT_ASKED];
  return [...causes, ...rules.validate(object, old)];
}

const NOT_ASKED = invalidValue(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

/** Finalizers that other people's may be mistaken for are warned of when they come. */
function finalizerWarnings({ metadata }: KubeObject, old: KubeObject | undefined): string[] {
  const before = new Set(old?.metadata?.finalizers);
  return (metadata?.finalizers ?? [])
    .filter((finalizer) => !before.has(finalizer) && !finalizer.includes('/') && !STANDARD_FINALIZERS.has(finalizer))
    .map(
      (finalizer) =>
        `metadata.finalizers: "${finalizer}": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers`,
    );
}
