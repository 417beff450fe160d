import { isJsonObject } from '@kubernats/apimachinery';
import type { JSONSchemaProps } from '../../../../../generated/types.ts';

/** The schema of a list's elements, where it is one schema for all. */
export const itemsOf = ({ items }: JSONSchemaProps): JSONSchemaProps | undefined => schemaIn(items);

/** The schema of a map's values. */
export const additionalOf = ({ additionalProperties }: JSONSchemaProps): JSONSchemaProps | undefined => schemaIn(additionalProperties);

/** What is decoded where a schema may stand is one if it is an object. */
const schemaIn = (value: unknown): JSONSchemaProps | undefined => (isJsonObject(value) ? value : undefined);

/** The properties, by name. */
export const propertiesOf = ({ properties }: JSONSchemaProps): [string, JSONSchemaProps][] => Object.entries(properties ?? {});

/** The schema of a property. */
export const propertyOf = ({ properties }: JSONSchemaProps, name: string): JSONSchemaProps | undefined =>
  properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
