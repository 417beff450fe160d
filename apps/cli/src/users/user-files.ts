import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Clock } from '@kubernats/clock';
import { Failure } from '../failure.ts';
import { readUserFile } from '../nodes/user-file.ts';
import type { ClusterPaths } from '../state/paths.ts';
import { clusterName, loadAuthority } from '../state/pki-files.ts';
import { readKubeconfig } from '../trace/kubeconfig.ts';
import type { WantedUser } from './wanted-user.ts';

const SUFFIX = '.kubeconfig';

/** A user as the kubeconfig tells of it. */
export interface KnownUser {
  name: string;
  file: string;
  groups: string[];
  expiresAt: Date;
}

/** Makes a user's certificate and, around it, the text of a kubeconfig. Nothing is written. */
export async function userKubeconfig(
  deps: { paths: ClusterPaths; server: string; clock: Clock },
  { name, groups, namespace, validMs }: WantedUser,
): Promise<string> {
  const { issueClientCertificate, kubeconfig } = await import('@kubernats/pki');
  const ca = await loadAuthority(deps.paths);
  const client = await issueClientCertificate(deps, ca, { user: name, groups, validMs });
  return kubeconfig({
    cluster: clusterName(deps.paths),
    server: deps.server,
    caPem: ca.certificatePem,
    user: name,
    client,
    ...(namespace === undefined ? {} : { namespace }),
  });
}

/** Writes the kubeconfig once `before` is done; where that fails nothing is left. */
export async function writeUser(paths: ClusterPaths, name: string, text: string, before: () => Promise<void>): Promise<void> {
  const file = paths.userKubeconfig(name);
  const made = `${file}.${process.pid}`;
  mkdirSync(paths.users, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(made, text, { mode: 0o600 });
    await before();
    renameSync(made, file);
  } finally {
    rmSync(made, { force: true });
  }
}

/** The user, if the cluster has one of that name. */
export function findUser(paths: ClusterPaths, name: string): KnownUser | undefined {
  const file = paths.userKubeconfig(name);
  if (!existsSync(file)) return undefined;
  const { cert = '' } = readKubeconfig(file, readUserFile);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
  } catch {
    throw new Failure(`${file} is damaged: it has no certificate. ./kubernats user remove ${name} takes it away.`);
  }
  const groups = certificate.toLegacyObject().subject.O ?? [];
  return { name, file, groups: typeof groups === 'string' ? [groups] : groups, expiresAt: certificate.validToDate };
}

/** The names of a cluster's users, in order. */
export function userNames(paths: ClusterPaths): string[] {
  if (!existsSync(paths.users)) return [];
  return readdirSync(paths.users)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

/** The API server listens elsewhere than the last time: users' kubeconfigs follow it, as the administrator's does. */
export function readdressUsers(paths: ClusterPaths, server: string): void {
  for (const name of userNames(paths)) {
    const file = paths.userKubeconfig(name);
    const before = readFileSync(file, 'utf8');
    const after = before.replace(/^(\s+server: ).*$/m, (_line, key: string) => `${key}${server}`);
    if (after === before) continue;
    writeFileSync(`${file}.new`, after, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}
