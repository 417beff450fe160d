// The paths of the OpenAPI documents, as plain values: which operations a resource has. kubectl looks here for the kind behind a
// path and for the query parameters that a server understands.

import { targetOf } from '../decode/target.ts';
import { subresourcesOf } from '../discovery/resources.ts';
import type { KindRow } from '../kind.ts';
import { DELETE_OPTIONS_DEFINITION, listDefinition, PATCH } from './definitions.ts';

export interface Operation {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'options';
  action: 'get' | 'list' | 'post' | 'put' | 'patch' | 'delete' | 'deletecollection' | 'connect';
  operationId: string;
  description: string;
  group: string;
  version: string;
  kind: string;
  /** Definitions. */
  body?: string;
  /** Absent: bytes of any kind. */
  response?: string;
  query: readonly string[];
  /** Of a custom resource. */
  isCustom?: true;
}

export interface Path {
  path: string;
  /** Names of the path's own parameters. */
  parameters: string[];
  operations: Operation[];
}

/** What a patch may be: only of built-in kinds it is known how their lists merge strategically. */
export const patchTypes = ({ isCustom }: Pick<Operation, 'isCustom'>): string[] => [
  'application/json-patch+json',
  'application/merge-patch+json',
  ...(isCustom ? [] : ['application/strategic-merge-patch+json']),
  'application/apply-patch+yaml',
];

const WRITE = ['dryRun', 'fieldManager', 'fieldValidation'];
const LIST = [
  'allowWatchBookmarks',
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeoutSeconds',
  'watch',
];
const DELETE = ['dryRun', 'gracePeriodSeconds', 'orphanDependents', 'propagationPolicy'];
const STATUS = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';

/** Kinds of query parameters that are no text. */
export const PARAMETER_TYPES: Readonly<Record<string, 'boolean' | 'integer'>> = {
  allowWatchBookmarks: 'boolean',
  force: 'boolean',
  gracePeriodSeconds: 'integer',
  limit: 'integer',
  orphanDependents: 'boolean',
  ports: 'integer',
  sendInitialEvents: 'boolean',
  stderr: 'boolean',
  stdin: 'boolean',
  stdout: 'boolean',
  timeoutSeconds: 'integer',
  tty: 'boolean',
  watch: 'boolean',
};

export function pathsOf(row: KindRow): Path[] {
  const root = row.group === '' ? `/api/${row.version}` : `/apis/${row.group}/${row.version}`;
  const base = row.namespaced ? `${root}/namespaces/{namespace}/${row.plural}` : `${root}/${row.plural}`;
  const inNamespace = row.namespaced ? ['namespace'] : [];
  const paths: Path[] = [
    { path: base, parameters: inNamespace, operations: collectionOperations(row) },
    { path: `${base}/{name}`, parameters: ['name', ...inNamespace], operations: objectOperations(row) },
    ...subresourcesOf(row).flatMap((part): Path[] => {
      const at = { path: `${base}/{name}/${part.name}`, parameters: ['name', ...inNamespace] };
      if (!part.connect) return [{ ...at, operations: subresourceOperations(row, part) }];
      const direct = { ...at, operations: connectOperations(row, part) };
      if (part.name !== 'proxy') return [direct];
      const below = { path: `${at.path}/{path}`, parameters: [...at.parameters, 'path'] };
      return [direct, { ...below, operations: connectOperations(row, part, 'WithPath') }];
    }),
  ];
  if (row.namespaced && row.verbs.includes('list')) {
    paths.push({ path: `${root}/${row.plural}`, parameters: [], operations: [listOperation(row, 'ForAllNamespaces')] });
  }
  if (row.custom) for (const { operations } of paths) for (const operation of operations) operation.isCustom = true;
  return paths.filter(({ operations }) => operations.length > 0);
}

function naming(row: KindRow): {
  gvk: Pick<Operation, 'group' | 'version' | 'kind'>;
  id(verb: string, suffix?: string, before?: string): string;
} {
  // rbac.authorization.k8s.io is RbacAuthorization in the names of operations.
  const group =
    row.group === ''
      ? 'Core'
      : row.group
          .replace(/\.k8s\.io$/, '')
          .split('.')
          .map(capital)
          .join('');
  const scope = row.namespaced ? 'Namespaced' : '';
  return {
    gvk: { group: row.group, version: row.version, kind: row.kind },
    id: (verb, suffix = '', before = '') => `${verb}${group}${capital(row.version)}${before}${scope}${row.kind}${suffix}`,
  };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function listOperation(row: KindRow, suffix = ''): Operation {
  const { gvk, id } = naming(row);
  const operationId = suffix === '' ? id('list') : id('list', suffix).replace('Namespaced', '');
  const description = `list or watch objects of kind ${row.kind}`;
  return { method: 'get', action: 'list', operationId, description, ...gvk, response: listDefinition(row), query: LIST };
}

function collectionOperations(row: KindRow): Operation[] {
  const { gvk, id } = naming(row);
  const out: Operation[] = [];
  if (row.verbs.includes('list')) out.push(listOperation(row));
  if (row.verbs.includes('create')) {
    const description = `create a ${row.kind}`;
    const operationId = id('create');
    out.push({
      method: 'post',
      action: 'post',
      operationId,
      description,
      ...gvk,
      body: row.definition,
      response: row.definition,
      query: WRITE,
    });
  }
  if (row.verbs.includes('deletecollection')) {
    const operationId = id('delete', '', 'Collection');
    const description = `delete collection of ${row.kind}`;
    const query = [...new Set([...DELETE, ...LIST])].filter((name) => name !== 'watch' && name !== 'allowWatchBookmarks').toSorted();
    out.push({
      method: 'delete',
      action: 'deletecollection',
      operationId,
      description,
      ...gvk,
      body: DELETE_OPTIONS_DEFINITION,
      response: STATUS,
      query,
    });
  }
  return out;
}

function objectOperations(row: KindRow): Operation[] {
  const { gvk, id } = naming(row);
  const out = changeOperations(row.verbs, row.definition, gvk, (verb) => id(verb), row.kind);
  if (row.verbs.includes('delete')) {
    const description = `delete a ${row.kind}`;
    const operationId = id('delete');
    out.push({
      method: 'delete',
      action: 'delete',
      operationId,
      description,
      ...gvk,
      body: DELETE_OPTIONS_DEFINITION,
      response: STATUS,
      query: DELETE,
    });
  }
  return out;
}

function subresourceOperations(row: KindRow, part: ReturnType<typeof subresourcesOf>[number]): Operation[] {
  const { id } = naming(row);
  const group = part.group ?? row.group;
  const version = part.version ?? row.version;
  const gvk = { group, version, kind: part.kind };
  // A part of the object itself is written as the object is.
  const { definition } = part.group === undefined && part.kind === row.kind ? row : targetOf(gvk);
  const suffix = capital(part.name);
  const out = changeOperations(part.verbs, definition, gvk, (verb) => id(verb, suffix), `${part.name} of the specified ${row.kind}`);
  if (part.verbs.includes('create')) {
    const description = `create ${part.name} of a ${row.kind}`;
    out.push({
      method: 'post',
      action: 'post',
      operationId: id('create', suffix),
      description,
      ...gvk,
      body: definition,
      response: definition,
      query: WRITE,
    });
  }
  return out;
}

/** The method of a verb; what may be read may also be asked for its head, and what knows every verb for its options. */
const METHODS: Readonly<Record<string, readonly Operation['method'][]>> = {
  create: ['post'],
  delete: ['delete'],
  get: ['get', 'head'],
  patch: ['patch', 'options'],
  update: ['put'],
};
const STREAMS = ['container', 'stderr', 'stdin', 'stdout', 'tty'];
const CONNECT_QUERY: Readonly<Record<string, readonly string[]>> = {
  attach: STREAMS,
  exec: ['command', ...STREAMS],
  portforward: ['ports'],
  proxy: ['path'],
};

function connectOperations(row: KindRow, part: ReturnType<typeof subresourcesOf>[number], suffix = ''): Operation[] {
  const { id, gvk } = naming(row);
  const methods = part.verbs.flatMap((verb) => METHODS[verb] ?? []).filter((method) => method !== 'head' || part.name === 'proxy');
  return methods.map((method) => ({
    method,
    action: 'connect',
    operationId: id('connect', `${capital(part.name)}${suffix}`, capital(method)),
    description: `connect ${method.toUpperCase()} requests to ${part.name} of ${row.kind}`,
    ...gvk,
    kind: part.kind,
    query: CONNECT_QUERY[part.name] ?? [],
  }));
}

function changeOperations(
  verbs: readonly string[],
  definition: string,
  gvk: Pick<Operation, 'group' | 'version' | 'kind'>,
  id: (verb: string) => string,
  what: string,
): Operation[] {
  const out: Operation[] = [];
  const same = { ...gvk, response: definition };
  if (verbs.includes('get')) {
    out.push({ method: 'get', action: 'get', operationId: id('read'), description: `read the specified ${what}`, ...same, query: [] });
  }
  if (verbs.includes('update')) {
    const description = `replace the specified ${what}`;
    out.push({ method: 'put', action: 'put', operationId: id('replace'), description, ...same, body: definition, query: WRITE });
  }
  if (verbs.includes('patch')) {
    const description = `partially update the specified ${what}`;
    out.push({
      method: 'patch',
      action: 'patch',
      operationId: id('patch'),
      description,
      ...same,
      body: PATCH,
      query: [...WRITE, 'force'].toSorted(),
    });
  }
  return out;
}
