import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secrets } from '@kubernats/api';
import { bootstrapIdentity, bootstrapPermissions } from '@kubernats/bus/subjects';
import { BOOTSTRAP_TOKEN_NAMESPACE, type Client, createClient, httpsTransport, secretNameOf } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { isNotFound, StatusError } from '@kubernats/errors';
import { Failure } from '../failure.ts';
import { readUserFile } from '../nodes/user-file.ts';
import { ensureNatsKeys } from '../state/nats-keys.ts';
import { type ClusterPaths, clusterPaths, nameFlag } from '../state/paths.ts';
import { runningCluster, type SupervisorState } from '../state/supervisor-file.ts';
import { secretOf, tokenIdOf, tokensIn, ttlOf } from '../tokens/bootstrap-token.ts';
import { readKubeconfig } from '../trace/kubeconfig.ts';
import { table } from './table.ts';

export interface TokenCreateOptions {
  name: string;
  ttl: string;
  uses?: number;
  description?: string;
  printJoinCommand?: boolean;
}

/** Makes a token with which machines may join, and prints it, or the whole command. */
export async function tokenCreate(options: TokenCreateOptions): Promise<void> {
  const { uses, description } = options;
  const ttlMs = ttlOf(options.ttl);
  await inSharedCluster(options.name, async ({ paths, state, client }) => {
    const expiresAtMs = ttlMs === undefined ? undefined : Math.ceil((realClock.now() + ttlMs) / 1000) * 1000;
    const [id, secret] = [randomText(6), randomText(16)];
    const word = await joinWord(paths, { id, secret, expiresAtMs });
    await client.kind(Secrets).create(secretOf({ id, secret, expiresAtMs, uses, description }));
    print(options.printJoinCommand ? `./kubernats join ${state.natsUrl} --token ${word}` : word);
  });
}

/** Prints the tokens; what is secret of them was shown once. */
export async function tokenList(options: { name: string }): Promise<void> {
  await inSharedCluster(options.name, async ({ client }) => {
    const { items } = await client.kind(Secrets).list({ namespace: BOOTSTRAP_TOKEN_NAMESPACE });
    const rows = tokensIn(items).map(({ id, expiresAtMs, usesLeft, description }) => {
      const leftMs = expiresAtMs === undefined ? undefined : expiresAtMs - realClock.now();
      const expires = expiresAtMs === undefined ? '<never>' : new Date(expiresAtMs).toISOString().replace('.000Z', 'Z');
      return [id, leftMs === undefined ? '<forever>' : timeLeft(leftMs), expires, usesLeft ?? '<any>', description || '<none>'];
    });
    print(table([['TOKEN', 'TTL', 'EXPIRES', 'USES LEFT', 'DESCRIPTION'], ...rows]));
  });
}

/** Takes a token away: nobody joins with it any more. Machines that have joined stay. */
export async function tokenDelete(text: string, options: { name: string }): Promise<void> {
  const id = tokenIdOf(text);
  await inSharedCluster(options.name, async ({ client }) => {
    try {
      await client.kind(Secrets).delete(secretNameOf(id), BOOTSTRAP_TOKEN_NAMESPACE);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      throw new Failure(`there is no token ${id}; ./kubernats token list shows those there are`);
    }
    print(`bootstrap token "${id}" deleted`);
  });
}

/** The token in one word, with what a machine needs for its first connection: which authority to trust, and a key that is good for asking only. */
async function joinWord(
  paths: ClusterPaths,
  { id, secret, expiresAtMs }: { id: string; secret: string; expiresAtMs: number | undefined },
): Promise<string> {
  const { authorityHash, formatJoinToken } = await import('@kubernats/bus');
  const { createUserKey, signerOf, signUser } = await import('@kubernats/bus/authority');
  const { publicKey, seed } = createUserKey();
  const jwt = await signUser(signerOf(await ensureNatsKeys(paths)), {
    ...{ identity: bootstrapIdentity(id), permissions: bootstrapPermissions(paths.cluster, id), publicKey },
    ...(expiresAtMs === undefined ? {} : { expiresAt: expiresAtMs / 1000 }),
  });
  const caHash = authorityHash(readFileSync(join(paths.pki, 'ca.crt'), 'utf8'));
  return formatJoinToken({ id, secret, caHash, seed, jwt });
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Each letter as likely as the others. */
function randomText(length: number): string {
  const fair = 256 - (256 % LETTERS.length);
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) if (byte < fair && text.length < length) text += LETTERS[byte % LETTERS.length];
  }
  return text;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function timeLeft(ms: number): string {
  if (ms <= 0) return '<expired>';
  const minutes = Math.floor(ms / 60_000);
  return minutes < 120 ? `${minutes}m` : `${Math.floor(minutes / 60)}h`;
}

interface SharedCluster {
  paths: ClusterPaths;
  state: SupervisorState;
  client: Client;
}

/** Throws a Failure where the cluster does not run, or no other machine can reach it. */
async function inSharedCluster(cluster: string, act: (deps: SharedCluster) => Promise<void>): Promise<void> {
  const paths = clusterPaths(cluster);
  const state = runningCluster(paths);
  if (!state) throw new Failure(`cluster ${cluster} is not running. Start it with: ./kubernats up${nameFlag(paths)}`);
  if (state.address === undefined) {
    throw new Failure(
      `cluster ${cluster} is on loopback addresses, where no other machine reaches it.\n` +
        'Machines can join one that is started with an address of this machine: ./kubernats up --name NAME --address IP',
    );
  }
  const { url, ca, cert, key } = readKubeconfig(paths.kubeconfig, readUserFile);
  using api = httpsTransport({ url, ca, cert, key, userAgent: 'kubernats-token', clock: realClock, random: realRandom });
  try {
    await act({ paths, state, client: createClient(api, { fieldManager: 'kubernats-token' }) });
  } catch (error) {
    if (error instanceof StatusError) throw new Failure(error.message);
    throw error;
  }
}
