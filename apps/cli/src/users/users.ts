import { existsSync, rmSync } from 'node:fs';
import { ClusterRoleBindings, ClusterRoles, Namespaces, RoleBindings } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { isAlreadyExists, isNotFound } from '@kubernats/errors';
import { Failure } from '../failure.ts';
import type { ClusterPaths } from '../state/paths.ts';
import { type Binding, bindingFor, bindingsOf, othersIn } from './bindings.ts';
import { findUser, type KnownUser, userKubeconfig, userNames, writeUser } from './user-files.ts';
import type { WantedUser } from './wanted-user.ts';

export interface UserDeps {
  paths: ClusterPaths;
  /** The URL of the API server, for kubeconfigs. */
  server: string;
  /** The administrator's. */
  client: Client;
  clock: Clock;
}

/** Makes a user: a role first, then the kubeconfig. Throws a Failure, with nothing made, when that cannot be. */
export async function addUser(deps: UserDeps, wanted: WantedUser): Promise<{ user: KnownUser; binding: Binding }> {
  const { paths, client } = deps;
  const { name, role, namespace } = wanted;
  if (existsSync(paths.userKubeconfig(name))) {
    throw new Failure(
      `user ${name} is there: ${paths.userKubeconfig(name)}\n` +
        `kubectl create rolebinding gives another role, ./kubernats user remove ${name} takes the user away.`,
    );
  }
  await requireRole(client, role);
  if (namespace !== undefined) await requireNamespace(client, namespace);
  const binding = bindingFor(wanted);
  await writeUser(paths, name, await userKubeconfig(deps, wanted), () => create(client, binding, name));
  const user = findUser(paths, name);
  if (!user) throw new Failure(`${paths.userKubeconfig(name)} has gone while user ${name} was made`);
  return { user, binding };
}

async function requireRole(client: Client, role: string): Promise<void> {
  const { items } = await client.kind(ClusterRoles).list();
  const names = items.map(({ metadata }) => metadata?.name ?? '');
  if (names.includes(role)) return;
  const forPeople = names.filter((each) => !each.startsWith('system:')).join(', ');
  throw new Failure(`--role ${role}: clusterroles.rbac.authorization.k8s.io ${JSON.stringify(role)} not found. There are: ${forPeople}`);
}

async function requireNamespace(client: Client, namespace: string): Promise<void> {
  try {
    await client.kind(Namespaces).get(namespace);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new Failure(`--namespace ${namespace}: ${error.message}. Make it with: kubectl create namespace ${namespace}`);
  }
}

async function create(client: Client, binding: Binding, user: string): Promise<void> {
  try {
    await client.kind(kindOf(binding)).create(binding);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    throw new Failure(`${error.message}. If it is for ${user}, ./kubernats user remove ${user} takes it away.`);
  }
}

const kindOf = ({ metadata }: Binding) => (metadata?.namespace === undefined ? ClusterRoleBindings : RoleBindings);

/** All bindings of the cluster and its namespaces. */
export async function allBindings(client: Client): Promise<Binding[]> {
  const [ofCluster, ofNamespaces] = await Promise.all([client.kind(ClusterRoleBindings).list(), client.kind(RoleBindings).list()]);
  return [...ofCluster.items, ...ofNamespaces.items];
}

/**
 * Takes every role from a user, then the kubeconfig: what is interrupted can be done again. A binding for others as well stays theirs.
 * Gives the bindings, and the user as the kubeconfig told of it.
 */
export async function removeUser({ paths, client }: UserDeps, name: string): Promise<{ bindings: Binding[]; expiresAt?: Date }> {
  const bindings = bindingsOf(name, await allBindings(client));
  const file = paths.userKubeconfig(name);
  if (bindings.length === 0 && !existsSync(file)) {
    const names = userNames(paths);
    throw new Failure(`cluster ${paths.cluster} has no user ${name}. It has: ${names.length === 0 ? 'none' : names.join(', ')}`);
  }
  for (const binding of bindings) await takeOut(client, binding, name);
  const expiresAt = expiryOf(paths, name);
  rmSync(file, { force: true });
  return { bindings, expiresAt };
}

async function takeOut(client: Client, binding: Binding, user: string): Promise<void> {
  const { name = '', namespace, resourceVersion } = binding.metadata ?? {};
  const kind = client.kind(kindOf(binding));
  const others = othersIn(binding, user);
  if (others.length > 0) await kind.update({ ...binding, subjects: others });
  else await kind.delete(name, namespace, { preconditions: { resourceVersion } });
}

/** A kubeconfig that nobody can read any more is taken away all the same. */
function expiryOf(paths: ClusterPaths, name: string): Date | undefined {
  try {
    return findUser(paths, name)?.expiresAt;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
