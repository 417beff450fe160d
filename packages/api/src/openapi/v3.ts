import type { KindRow } from '../kind.ts';
import { schemaV3 } from './custom-schema.ts';
import {
  ANY_VALUES,
  DELETE_OPTIONS_DEFINITION,
  type Descriptions,
  type Dialect,
  definitionsOf,
  FIELDS_V1,
  INT_OR_STRING,
  type Json,
  MICRO_TIME,
  PATCH,
  QUANTITY,
  TIME,
} from './definitions.ts';
import { type Operation, PARAMETER_TYPES, type Path, patchTypes, pathsOf } from './operations.ts';

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

const DIALECT: Dialect = {
  ref,
  customSchema: schemaV3,
  saysUnknownFields: true,
  describedRef: (name, more) => ({ ...more, allOf: [ref(name)] }),
  scalars: {
    [TIME]: { description: 'A time, as RFC 3339 writes it.', type: 'string', format: 'date-time' },
    [MICRO_TIME]: { description: 'A time with microseconds.', type: 'string', format: 'date-time' },
    [QUANTITY]: { description: 'An amount of a resource, such as 100m or 1.5Gi.', oneOf: [{ type: 'string' }, { type: 'number' }] },
    [INT_OR_STRING]: {
      description: 'A number, or a text: a port by number or name, a count or a percentage.',
      format: 'int-or-string',
      oneOf: [{ type: 'integer' }, { type: 'string' }],
    },
    [FIELDS_V1]: { description: 'A set of fields, as managedFields write it.', type: 'object' },
    [PATCH]: { description: "A patch of the body's content type.", type: 'object' },
    ...ANY_VALUES,
  },
};

/** GET /openapi/v3/apis/GROUP/VERSION: the kinds of one group and version. */
export function openApi3Document(rows: readonly KindRow[], kinds: readonly KindRow[], texts: Descriptions, version: string): Json {
  const parts = rows.flatMap(pathsOf);
  const bodies = parts.flatMap(({ operations }) =>
    operations.flatMap(({ body, response }) => [body, response].filter((name) => name !== undefined)),
  );
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    paths: Object.fromEntries(parts.map((path) => [path.path, pathItem(path)])),
    components: {
      schemas: definitionsOf(rows, [...new Set([...bodies, DELETE_OPTIONS_DEFINITION])], kinds, texts, DIALECT),
      securitySchemes: { BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' } },
    },
  };
}

function pathItem({ parameters, operations }: Path): Json {
  const own = parameters.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string', uniqueItems: true } }));
  return {
    ...Object.fromEntries(operations.map((operation) => [operation.method, operationItem(operation)])),
    ...(own.length > 0 ? { parameters: own } : {}),
  };
}

function operationItem(operation: Operation): Json {
  const { action, operationId, description, group, version, kind, body, response, query, method } = operation;
  const parameters = query.map((name) => ({ name, in: 'query', schema: { type: PARAMETER_TYPES[name] ?? 'string', uniqueItems: true } }));
  const content = response ? { 'application/json': { schema: ref(response) } } : { '*/*': { schema: { type: 'string' } } };
  return {
    description,
    operationId,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: requestBody(body, operation) } : {}),
    responses: {
      200: { description: 'OK', content },
      ...((method === 'post' || method === 'patch') && response ? { 201: { description: 'Created', content } } : {}),
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, kind, version },
  };
}

function requestBody(body: string, operation: Operation): Json {
  const { method } = operation;
  const types = method === 'patch' ? patchTypes(operation) : ['*/*'];
  return {
    content: Object.fromEntries(types.map((type) => [type, { schema: ref(body) }])),
    ...(method === 'delete' ? {} : { required: true }),
  };
}
