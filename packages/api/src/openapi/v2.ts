import type { KindRow } from '../kind.ts';
import { rootSchemaV2 } from './custom-schema.ts';
import {
  ANY_VALUES,
  DELETE_OPTIONS_DEFINITION,
  type Descriptions,
  type Dialect,
  definitionsOf,
  definitionsOfCustom,
  FIELDS_V1,
  INT_OR_STRING,
  type Json,
  MICRO_TIME,
  PATCH,
  QUANTITY,
  TIME,
} from './definitions.ts';
import { type Operation, PARAMETER_TYPES, type Path, patchTypes, pathsOf } from './operations.ts';

const ref = (name: string): Json => ({ $ref: `#/definitions/${name}` });

const DIALECT: Dialect = {
  ref,
  customSchema: rootSchemaV2,
  saysUnknownFields: false,
  describedRef: (name, more) => ({ ...ref(name), ...more }),
  scalars: {
    [TIME]: { description: 'A time, as RFC 3339 writes it.', type: 'string', format: 'date-time' },
    [MICRO_TIME]: { description: 'A time with microseconds.', type: 'string', format: 'date-time' },
    [QUANTITY]: { description: 'An amount of a resource, such as 100m or 1.5Gi.', type: 'string' },
    [INT_OR_STRING]: {
      description: 'A number, or a text: a port by number or name, a count or a percentage.',
      type: 'string',
      format: 'int-or-string',
    },
    [FIELDS_V1]: { description: 'A set of fields, as managedFields write it.', type: 'object' },
    [PATCH]: { description: "A patch of the body's content type.", type: 'object' },
    ...ANY_VALUES,
  },
};

/** What a document says of some kinds. */
export interface SwaggerPart {
  paths: Json;
  definitions: Json;
}

/** GET /openapi/v2: Swagger 2.0, one document for all. The kinds are built-in ones; those of custom resources are added to it (`customPart`). */
export function swaggerDocument(kinds: readonly KindRow[], texts: Descriptions, version: string): Json & SwaggerPart {
  const parts = kinds.flatMap(pathsOf);
  const bodies = parts.flatMap(({ operations }) =>
    operations.flatMap(({ body, response }) => [body, response].filter((name) => name !== undefined)),
  );
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version },
    securityDefinitions: {
      BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' },
    },
    security: [{ BearerToken: [] }],
    definitions: definitionsOf(kinds, [...new Set([...bodies, DELETE_OPTIONS_DEFINITION])], kinds, texts, DIALECT),
    paths: pathItems(parts),
  };
}

/** What a custom resource adds to the document of the built-in ones. */
export const customPart = (row: KindRow, texts: Descriptions): SwaggerPart => ({
  definitions: definitionsOfCustom(row, texts, DIALECT),
  paths: pathItems(pathsOf(row)),
});

const pathItems = (paths: readonly Path[]): Json => Object.fromEntries(paths.map((path) => [path.path, pathItem(path)]));

function pathItem({ parameters, operations }: Path): Json {
  const own = parameters.map((name) => ({ name, in: 'path', required: true, type: 'string', uniqueItems: true }));
  return {
    ...Object.fromEntries(operations.map((operation) => [operation.method, operationItem(operation)])),
    ...(own.length > 0 ? { parameters: own } : {}),
  };
}

function operationItem(operation: Operation): Json {
  const { action, operationId, description, group, version, kind, body, response, query, method } = operation;
  const parameters: Json[] = query.map((name) => ({ name, in: 'query', type: PARAMETER_TYPES[name] ?? 'string', uniqueItems: true }));
  if (body) parameters.unshift({ name: 'body', in: 'body', ...(method === 'delete' ? {} : { required: true }), schema: ref(body) });
  const ok = { description: 'OK', schema: response ? ref(response) : { type: 'string' } };
  return {
    description,
    operationId,
    consumes: method === 'patch' && body ? patchTypes(operation) : ['*/*'],
    produces: [response ? 'application/json' : '*/*'],
    schemes: ['https'],
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: {
      200: ok,
      ...((method === 'post' || method === 'patch') && response ? { 201: { ...ok, description: 'Created' } } : {}),
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, kind, version },
  };
}
