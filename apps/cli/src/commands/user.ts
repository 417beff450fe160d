import { createClient, httpsTransport } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import { Failure } from '../failure.ts';
import { readUserFile } from '../nodes/user-file.ts';
import { clusterPaths } from '../state/paths.ts';
import { runningCluster } from '../state/supervisor-file.ts';
import { readKubeconfig } from '../trace/kubeconfig.ts';
import { bindingsOf, othersIn, textOfBinding, textOfRole } from '../users/bindings.ts';
import { findUser, userNames } from '../users/user-files.ts';
import { addUser, allBindings, removeUser, type UserDeps } from '../users/users.ts';
import { checkUserName, type UserFlags, wantedUser } from '../users/wanted-user.ts';
import { table } from './table.ts';

/** Makes a user and prints, as the last line, the path of the kubeconfig: `export KUBECONFIG=$(./kubernats user add ann | tail -n1)`. */
export async function userAdd(name: string, options: UserFlags & { name: string }): Promise<void> {
  const wanted = wantedUser(name, options);
  await inCluster(options.name, async (deps) => {
    const { user, binding } = await addUser(deps, wanted);
    print(`${textOfBinding(binding)} created`);
    print(`user ${name} added: role ${textOfRole(binding)}, with a certificate that is valid until ${timeOf(user.expiresAt)}`);
    print(user.file);
  });
}

/** Prints the users, the roles that bindings give them by name, and how long their certificates are valid. */
export async function userList(options: { name: string }): Promise<void> {
  await inCluster(options.name, async ({ paths, client, clock }) => {
    const all = await allBindings(client);
    const rows = userNames(paths).flatMap((name) => {
      const user = findUser(paths, name);
      if (!user) return [];
      const roles = bindingsOf(name, all).map(textOfRole);
      const until = user.expiresAt.getTime() < clock.now() ? 'expired' : timeOf(user.expiresAt);
      return [[name, listed(roles), listed(user.groups), until, user.file]];
    });
    print(table([['NAME', 'ROLES', 'GROUPS', 'VALID UNTIL', 'KUBECONFIG'], ...rows]));
  });
}

/** Takes a user's roles and kubeconfig away, and says what it cannot take. */
export async function userRemove(name: string, options: { name: string }): Promise<void> {
  checkUserName(name);
  await inCluster(options.name, async (deps) => {
    const { bindings, expiresAt } = await removeUser(deps, name);
    for (const binding of bindings)
      print(`${textOfBinding(binding)} ${othersIn(binding, name).length > 0 ? `is without ${name} now` : 'deleted'}`);
    print(`user ${name} removed`);
    if (expiresAt && expiresAt.getTime() > deps.clock.now()) {
      print(
        `A copy of the kubeconfig still proves to be ${name} until ${timeOf(expiresAt)}: Kubernetes takes no certificate back. ` +
          `What is left to ${name} are the roles of everybody, and of the groups in the certificate.`,
      );
    }
  });
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const listed = (texts: readonly string[]): string => (texts.length === 0 ? '<none>' : texts.join(', '));
const timeOf = (date: Date): string => date.toISOString().replace('.000Z', 'Z');

async function inCluster(cluster: string, act: (deps: UserDeps) => Promise<void>): Promise<void> {
  const paths = clusterPaths(cluster);
  const state = runningCluster(paths);
  if (!state) throw new Failure(`cluster ${cluster} is not running. Start it with: ./kubernats up`);
  const { url, ca, cert, key } = readKubeconfig(paths.kubeconfig, readUserFile);
  using api = httpsTransport({ url, ca, cert, key, userAgent: 'kubernats-user', clock: realClock, random: realRandom });
  try {
    await act({ paths, server: state.server, client: createClient(api, { fieldManager: 'kubernats-user' }), clock: realClock });
  } catch (error) {
    if (error instanceof StatusError) throw new Failure(error.message);
    throw error;
  }
}
