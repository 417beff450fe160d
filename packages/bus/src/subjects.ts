// The only place that spells subjects. DESIGN: state, api, watch and node subjects, all under `kn.<cluster>`.

/** Makes any text one subject token: `.`, `*`, `>`, `%` and white space are percent-encoded. The empty text becomes `_`. */
export function escapeToken(text: string): string {
  if (text === '') return '_';
  if (text === '_') return '%5F';
  return text.replace(/[.*>%\s]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

export function unescapeToken(token: string): string {
  if (token === '_') return '';
  return token.includes('%') ? decodeURIComponent(token) : token;
}

const root = (cluster: string): string => `kn.${escapeToken(cluster)}`;

/** What a component asks the API server: `kn.<cluster>.api.<identity>.<verb>.<group>.<resource>`. Identity is the user name. */
export const apiSubject = (cluster: string, identity: string, verb: string, group: string, resource: string): string =>
  `${root(cluster)}.api.${escapeToken(identity)}.${verb}.${escapeToken(group)}.${escapeToken(resource)}`;

/** All that the API servers answer. */
export const apiSubjects = (cluster: string): string => `${root(cluster)}.api.*.*.*.*`;

/** The parts of a subject that `apiSubject` made, or undefined. */
export function parseApiSubject(subject: string): { identity: string; verb: string; group: string; resource: string } | undefined {
  const tokens = subject.split('.');
  if (tokens.length !== 7 || tokens[2] !== 'api') return undefined;
  const [, , , identity = '', verb = '', group = '', resource = ''] = tokens;
  return { identity: unescapeToken(identity), verb, group: unescapeToken(group), resource: unescapeToken(resource) };
}

/** Where one API server alone hears of a watch's life: `kn.<cluster>.renew.<identity>.<apiserver instance>`. */
export const renewSubject = (cluster: string, identity: string, instance: string): string =>
  `${root(cluster)}.renew.${escapeToken(identity)}.${escapeToken(instance)}`;

export const renewSubjects = (cluster: string, instance: string): string => `${root(cluster)}.renew.*.${escapeToken(instance)}`;

/** Where a shared watch's events go: `kn.<cluster>.watch.<identity>.<id>`. */
export const watchSubject = (cluster: string, identity: string, id: string): string =>
  `${root(cluster)}.watch.${escapeToken(identity)}.${escapeToken(id)}`;

/** Where a machine with a bootstrap token asks for a node's credentials: `kn.<cluster>.join.<token id>`. */
export const joinSubject = (cluster: string, tokenId: string): string => `${root(cluster)}.join.${escapeToken(tokenId)}`;

export const joinSubjects = (cluster: string): string => `${root(cluster)}.join.*`;

/** Whose token a subject of `joinSubject` names. */
export const tokenIdOfSubject = (subject: string): string => unescapeToken(subject.split('.')[3] ?? '');

export type NodeService = 'logs' | 'exec' | 'attach' | 'portforward' | 'stats' | 'proxy' | 'control' | 'storage';

/** What a node answers: `kn.<cluster>.node.<node>.<service>`. */
export const nodeSubject = (cluster: string, node: string, service: NodeService): string =>
  `${root(cluster)}.node.${escapeToken(node)}.${service}`;

/** Where those who trace a Service say so: `kn.<cluster>.trace.wanted.<namespace>.<service>`. */
export const traceWantedSubject = (cluster: string, namespace: string, service: string): string =>
  `${root(cluster)}.trace.wanted.${escapeToken(namespace)}.${escapeToken(service)}`;

export const traceWantedSubjects = (cluster: string): string => `${root(cluster)}.trace.wanted.*.*`;

/** Where proxies tell of a traced Service's connections: `kn.<cluster>.trace.events.<namespace>.<service>`. */
export const traceEventsSubject = (cluster: string, namespace: string, service: string): string =>
  `${root(cluster)}.trace.events.${escapeToken(namespace)}.${escapeToken(service)}`;

/** The Service that a subject of either kind is about, or undefined. */
export function parseTraceSubject(subject: string): { namespace: string; service: string } | undefined {
  const tokens = subject.split('.');
  if (tokens.length !== 6 || tokens[2] !== 'trace') return undefined;
  const [, , , , namespace = '', service = ''] = tokens;
  return { namespace: unescapeToken(namespace), service: unescapeToken(service) };
}

/** Where the scheduler of this name, of its replicas the one that leads, is asked for reasons: `kn.<cluster>.scheduler.<name>`. */
export const schedulerSubject = (cluster: string, schedulerName: string): string =>
  `${root(cluster)}.scheduler.${escapeToken(schedulerName)}`;

/** A key of the store as a subject: `kn.<cluster>.<stream>.<group>.<resource>.<namespace or _>.<name>`. */
export const stateSubject = (
  cluster: string,
  stream: string,
  key: { group: string; resource: string; namespace: string; name: string },
): string =>
  `${root(cluster)}.${stream}.${escapeToken(key.group)}.${escapeToken(key.resource)}.${escapeToken(key.namespace)}.${escapeToken(key.name)}`;

export function parseStateSubject(subject: string): { group: string; resource: string; namespace: string; name: string } {
  const [, , , group = '', resource = '', namespace = '', name = ''] = subject.split('.');
  return {
    group: unescapeToken(group),
    resource: unescapeToken(resource),
    namespace: unescapeToken(namespace),
    name: unescapeToken(name),
  };
}

/** The prefix of an identity's reply inboxes. Replies hold Secrets, so nobody else may subscribe to it. */
export const inboxPrefix = (cluster: string, identity: string): string => `_INBOX.${escapeToken(cluster)}.${escapeToken(identity)}`;

/** What a user of the NATS server may do, as subject patterns. */
export interface SubjectPermissions {
  publish: string[];
  subscribe: string[];
}

/** The user that keeps the state and answers everyone: it may use every subject. */
export const API_SERVER_IDENTITY = 'system:apiserver';

/** The user that has volumes made on nodes' own disks, and removed from them. */
const STORAGE_IDENTITY = 'system:kubernats:volume-controller';

/** The user that finds nodes for Pods, and says why. */
const SCHEDULER_IDENTITY = 'system:kube-scheduler';

/** The user of the operator's command line. */
export const OPERATOR_IDENTITY = 'system:kubernats:cli';

/** The users that carry the connections of Services, and tell of them to who traces them. */
const PROXY_IDENTITIES: ReadonlySet<string> = new Set(['system:kube-proxy', 'system:kubernats:load-balancer']);

/**
 * A component asks and listens under its own identity only; the API server answers anyone, and keeps the state. `nodes` are the
 * nodes that the identity serves (a kubelet's), `'*'` for all.
 */
export function permissionsOf(cluster: string, identity: string, nodes: readonly string[] | '*' = []): SubjectPermissions {
  if (identity === API_SERVER_IDENTITY) return { publish: ['>'], subscribe: ['>'] };
  const name = escapeToken(identity);
  const nodeTokens = nodes === '*' ? ['*'] : nodes.map(escapeToken);
  const traces = PROXY_IDENTITIES.has(identity);
  return {
    publish: [
      ...[`${root(cluster)}.api.${name}.>`, `${root(cluster)}.renew.${name}.>`, '_INBOX.>'],
      ...(traces ? [`${root(cluster)}.trace.events.>`] : []),
      ...(identity === STORAGE_IDENTITY ? [`${root(cluster)}.node.*.storage`] : []),
    ],
    subscribe: [
      `${root(cluster)}.watch.${name}.>`,
      `${inboxPrefix(cluster, identity)}.>`,
      ...nodeTokens.map((node) => `${root(cluster)}.node.${node}.>`),
      ...(traces ? [`${root(cluster)}.trace.wanted.>`] : []),
      ...(identity === SCHEDULER_IDENTITY ? [`${root(cluster)}.scheduler.*`] : []),
    ],
  };
}

/** The operator's command line: it asks nodes for what only they can do, and the API server for everything else. */
export function operatorPermissions(cluster: string, identity: string): SubjectPermissions {
  const { publish, subscribe } = permissionsOf(cluster, identity);
  return { publish: [...publish, `${root(cluster)}.node.*.control`], subscribe };
}

/** Who asks nodes, and so gets their answers. */
const ASKERS = [API_SERVER_IDENTITY, STORAGE_IDENTITY, OPERATOR_IDENTITY];

/** What runs on a machine that has joined: as `permissionsOf`, but it answers only those who ask nodes. `nodes` is its own, or none. */
export function machinePermissions(cluster: string, identity: string, nodes: readonly string[]): SubjectPermissions {
  const { publish, subscribe } = permissionsOf(cluster, identity, nodes);
  const answers = nodes.length === 0 ? [] : ASKERS.map((asker) => `${inboxPrefix(cluster, asker)}.>`);
  return { publish: [...publish.filter((subject) => subject !== '_INBOX.>'), ...answers], subscribe };
}

/** The user that a bootstrap token stands for, as Kubernetes names it. */
export const bootstrapIdentity = (tokenId: string): string => `system:bootstrap:${tokenId}`;

/** Whoever has a bootstrap token asks for a node's credentials, and does nothing else. */
export function bootstrapPermissions(cluster: string, tokenId: string): SubjectPermissions {
  return { publish: [joinSubject(cluster, tokenId)], subscribe: [`${inboxPrefix(cluster, bootstrapIdentity(tokenId))}.>`] };
}
