import { conform } from '../../../decode/conform.ts';
import { objectSchema } from '../../../schema/object-schema.ts';

const V2 = 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler';
/** What has a field of each name. */
const DEFINITION_OF = {
  metrics: `${V2}Spec`,
  behavior: `${V2}Spec`,
  currentMetrics: `${V2}Status`,
  conditions: `${V2}Status`,
} as const;

type Field = keyof typeof DEFINITION_OF;
type Json = Readonly<Record<string, unknown>>;

/** The value of a field of v2 that an annotation's text stands for; undefined: it stands for none. */
export function fromAnnotation<T>(text: string, field: Field, convert: (parsed: unknown) => unknown = (parsed) => parsed): T | undefined {
  try {
    // Once through text: what the conversion found no value for is no field.
    const value: unknown = JSON.parse(JSON.stringify(convert(lowered(JSON.parse(text)))));
    return (conform(objectSchema(DEFINITION_OF[field]), { [field]: value }).value as Partial<Record<Field, T>>)[field];
  } catch {
    // Whoever wrote it meant something else: as Kubernetes does.
    return undefined;
  }
}

/** The same of a list, each of whose elements `convert` brings to the form of v2. */
export function listFromAnnotation<T>(text: string | undefined, field: Field, convert: (element: Json) => unknown): T[] {
  if (text === undefined) return [];
  const list = (parsed: unknown): unknown[] => (parsed as Json[]).map((element) => convert(element));
  return fromAnnotation<T[]>(text, field, list) ?? [];
}

/** With keys as JSON has them: Go reads them in any case. Labels are left as they are. */
function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, of]) => [`${key.charAt(0).toLowerCase()}${key.slice(1)}`, key === 'matchLabels' ? of : lowered(of)]),
  );
}
