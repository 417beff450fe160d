import { dns1123Label, parseDuration } from '@kubernats/apimachinery';
import { Failure } from '../failure.ts';

/** What `user add` is told. */
export interface UserFlags {
  role: string;
  namespace?: string;
  group: string[];
  expires: string;
}

/** A user to be made. */
export interface WantedUser {
  name: string;
  /** The name of a ClusterRole. */
  role: string;
  /** Where the role is given; undefined: in the whole cluster. */
  namespace: string | undefined;
  groups: string[];
  /** How long the certificate is valid. */
  validMs: number;
}

const ADMIN = 'kubernetes-admin';
const MINUTE_MS = 60_000;
/** What Kubernetes' own signer gives at least (`expirationSeconds` of a CertificateSigningRequest). */
const VALID_MS_MIN = 10 * MINUTE_MS;
const VALID_MS_MAX = 365 * 24 * 60 * MINUTE_MS;

/** Checks what can be checked without a cluster. Throws a Failure (wrong usage) that names the argument. */
export function wantedUser(name: string, { role, namespace, group, expires }: UserFlags): WantedUser {
  checkUserName(name);
  for (const each of group) checkGroup(each);
  if (role === '') throw new Failure('--role: a role must have a name', 2);
  const [wrong] = namespace === undefined ? [] : dns1123Label(namespace);
  if (wrong !== undefined) throw new Failure(`--namespace ${JSON.stringify(namespace)}: ${wrong}`, 2);
  return { name, role, namespace, groups: [...new Set(group)], validMs: validMs(expires) };
}

/** The name is a certificate's common name (64 characters at most, X.520) and a file's. */
export function checkUserName(name: string): void {
  const what = `user ${JSON.stringify(name)}`;
  if (name.startsWith('system:')) throw new Failure(`${what}: names that begin with system: are Kubernetes' own`, 2);
  if (name === ADMIN) throw new Failure(`${what} is the administrator, who is there: ./kubernats kubeconfig`, 2);
  if (!/^[A-Za-z0-9]([-A-Za-z0-9._@+]{0,62}[A-Za-z0-9])?$/.test(name)) {
    throw new Failure(
      `${what}: a user's name is at most 64 letters, digits and any of - . _ @ +, and begins and ends with a letter or digit`,
      2,
    );
  }
}

function checkGroup(group: string): void {
  const what = `--group ${JSON.stringify(group)}`;
  if (group.startsWith('system:')) {
    const more = group === 'system:masters' ? '; --role cluster-admin gives the same rights, and can be taken back' : '';
    throw new Failure(`${what}: names that begin with system: are Kubernetes' own${more}`, 2);
  }
  if (!/^[!-~]{1,64}$/.test(group)) throw new Failure(`${what}: a group's name is 1 to 64 printable ASCII characters, without spaces`, 2);
}

function validMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms < VALID_MS_MIN || ms > VALID_MS_MAX)
    throw new Failure(`--expires ${JSON.stringify(text)}: it must be a time from 10m to 365d, such as 8h or 30d`, 2);
  return ms;
}
