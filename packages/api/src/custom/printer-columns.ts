// The columns of custom resources. Source: "Additional printer columns" of the task "Extend the Kubernetes API with CustomResourceDefinitions".
import { type JsonPath, jsonPath } from '@kubernats/apimachinery';
import type { CustomResourceColumnDefinition } from '../../generated/types.ts';
import type { Column } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { NAME } from '../table/common-columns.ts';
import { ageOf } from '../table/human-duration.ts';

/** What is shown where a definition names no columns. */
const AGE: CustomResourceColumnDefinition = {
  name: 'Age',
  type: 'date',
  description:
    'CreationTimestamp is a timestamp representing the server time when this object was created. It is represented in RFC3339 form and is in UTC.',
  jsonPath: '.metadata.creationTimestamp',
};

type Cell = string | number | boolean | null;

/** How objects of a version print: their name, then the columns of its definition, or their age. */
export function printerColumns(definitions: readonly CustomResourceColumnDefinition[] = []): Column<KubeObject>[] {
  return [NAME, ...(definitions.length > 0 ? definitions : [AGE]).map(columnOf)];
}

function columnOf({ name, type, format, description, priority, jsonPath: path }: CustomResourceColumnDefinition): Column<KubeObject> {
  const find = readable(path);
  return {
    name,
    type: type as Column<KubeObject>['type'],
    ...(format ? { format } : {}),
    description: description || `Custom resource definition column (in JSONPath format): ${path}`,
    ...(priority ? { priority } : {}),
    value: (object, nowMs) => cellOf(type, find(object)[0], nowMs),
  };
}

/** A path that cannot be read finds nothing: Kubernetes takes the definition all the same. */
function readable(path: string): JsonPath {
  try {
    return jsonPath(path);
  } catch {
    return () => [];
  }
}

/** What does not fit the column's type is left empty; a column of text shows anything. */
function cellOf(type: string, value: unknown, nowMs: number): Cell {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string':
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? age(value, nowMs) : null;
    default:
      return null;
  }
}

const age = (time: string, nowMs: number): string => (Number.isNaN(Date.parse(time)) ? '<invalid>' : ageOf(time, nowMs));
