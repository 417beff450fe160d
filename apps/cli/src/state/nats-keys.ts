import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsAuthority } from '@kubernats/bus';
import { credsAreOf, credsPermit } from '@kubernats/bus/creds';
import { operatorPermissions, permissionsOf, type SubjectPermissions } from '@kubernats/bus/subjects';
import { ADDONS } from '../addons/addons.ts';
import { Failure } from '../failure.ts';
import { CLI_IDENTITY, IDENTITIES } from '../supervisor/components.ts';
import type { ClusterPaths } from './paths.ts';

/**
 * Makes a cluster's keys towards its NATS server and the credentials of each component once; a later start finds them. With `newSigner` what
 * was signed for tokens and for machines that have joined is good no longer.
 */
export async function ensureNatsKeys(paths: ClusterPaths, { newSigner = false } = {}): Promise<NatsAuthority> {
  mkdirSync(join(paths.nats, 'creds'), { recursive: true, mode: 0o700 });
  const found = await ensureAuthority(paths);
  const authority = newSigner ? await signAnew(paths, found) : found;
  const addons = Object.values(ADDONS).map(({ identity }) => identity);
  await Promise.all([...Object.values(IDENTITIES), ...addons, CLI_IDENTITY].map((identity) => ensureCreds(paths, authority, identity)));
  return authority;
}

async function ensureAuthority(paths: ClusterPaths): Promise<NatsAuthority> {
  const file = authorityFile(paths);
  if (existsSync(file)) {
    try {
      return await upToDate(paths, JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      throw new Failure(
        `${file} is damaged. All that the cluster knows belongs to the keys in it: put the file back from a backup.\n` +
          'Without one, begin anew (./kubernats down --purge, or docker compose down --volumes) and restore a snapshot.',
      );
    }
  }
  const { createNatsAuthority } = await import('@kubernats/bus/authority');
  const authority = await createNatsAuthority(paths.cluster);
  rmSync(join(paths.nats, 'creds'), { recursive: true, force: true });
  mkdirSync(join(paths.nats, 'creds'), { mode: 0o700 });
  writeSecret(file, authority);
  return authority;
}

/** An older version made no signing key. */
const upToDate = (paths: ClusterPaths, known: Omit<NatsAuthority, 'signerSeed'> | NatsAuthority): Promise<NatsAuthority> | NatsAuthority =>
  'signerSeed' in known ? known : signAnew(paths, known);

/** A new signing key: the account, its state and the components' own credentials stay what they are. */
async function signAnew(paths: ClusterPaths, known: Omit<NatsAuthority, 'signerSeed'>): Promise<NatsAuthority> {
  const { withSigner } = await import('@kubernats/bus/authority');
  const authority = await withSigner(paths.cluster, known);
  writeSecret(authorityFile(paths), authority);
  return authority;
}

const authorityFile = (paths: ClusterPaths): string => join(paths.nats, 'authority.json');

/** Writes what signs the credentials of machines that join, for the API server. */
export function writeSigner(paths: ClusterPaths, { account, signerSeed: seed }: NatsAuthority): void {
  writeSecret(paths.natsSigner, { account, seed });
}

function writeSecret(file: string, value: object): void {
  writeFileSync(`${file}.new`, JSON.stringify(value), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

async function ensureCreds(paths: ClusterPaths, authority: NatsAuthority, identity: string): Promise<void> {
  const file = paths.creds(identity);
  const permissions = permissionsFor(paths.cluster, identity);
  const found = existsSync(file) ? readFileSync(file, 'utf8') : '';
  // Of another account: somebody has put the authority's file back after a start without it.
  if (credsPermit(found, permissions) && credsAreOf(found, authority.account)) return;
  const { userCreds } = await import('@kubernats/bus/authority');
  const text = await userCreds(authority, { identity, permissions });
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function permissionsFor(cluster: string, identity: string): SubjectPermissions {
  if (identity === CLI_IDENTITY) return operatorPermissions(cluster, identity);
  return permissionsOf(cluster, identity, identity === IDENTITIES['kubelet-sim'] ? '*' : []);
}
