import { deepEqual, type FieldPath } from '@kubernats/apimachinery';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
  JSONSchemaProps,
  SelectableField,
} from '../../../../generated/types.ts';

interface Part<T> {
  value: T;
  path: FieldPath;
}

/** What versions say of their objects, each with where it is. */
export interface Parts {
  /** `path` is the one above `openAPIV3Schema`; `version` is the name of the first version that has it. */
  schemas: (Part<JSONSchemaProps> & { version: string; hasStatus: boolean })[];
  subresources: Part<CustomResourceSubresources>[];
  columns: Part<CustomResourceColumnDefinition[]>[];
  selectableFields: (Part<SelectableField[]> & { schema: JSONSchemaProps | undefined })[];
}

type Version = CustomResourceDefinitionVersion;

/**
 * The parts of the versions. What all versions say alike (so all that is said where there is one version) is looked at once, and is named as it was
 * when it could only be said once: `spec.validation`, `spec.subresources`. Source: the conversion of v1 to Kubernetes' internal form.
 */
export function partsOf(versions: readonly Version[], spec: FieldPath): Parts {
  const once = (field: keyof Version): boolean => {
    const first = versions[0]?.[field];
    return first !== undefined && versions.every((version) => deepEqual(version[field], first));
  };
  const each = <T>(field: keyof Version, above: string, read: (version: Version) => T | undefined): (Part<T> & { version: Version })[] => {
    const shared = once(field);
    return (shared ? versions.slice(0, 1) : versions).flatMap((version, i) => {
      const value = read(version);
      const path = shared ? spec.child(above) : spec.child('versions').index(i).child(field);
      return value === undefined ? [] : [{ value, path, version }];
    });
  };
  const hasStatus = ({ subresources }: Version): boolean => subresources?.status !== undefined;
  const anyHasStatus = versions.some(hasStatus);
  const schemaIsShared = once('schema');
  return {
    schemas: each('schema', 'validation', ({ schema }) => schema?.openAPIV3Schema).map(({ version, ...part }) => ({
      ...part,
      version: version.name,
      hasStatus: schemaIsShared ? anyHasStatus : hasStatus(version),
    })),
    subresources: each('subresources', 'subresources', ({ subresources }) => subresources),
    columns: each('additionalPrinterColumns', 'additionalPrinterColumns', ({ additionalPrinterColumns }) => additionalPrinterColumns),
    selectableFields: each('selectableFields', 'selectableFields', ({ selectableFields }) => selectableFields).map(
      ({ version, ...part }) => ({
        ...part,
        schema: version.schema?.openAPIV3Schema,
      }),
    ),
  };
}
