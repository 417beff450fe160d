import {
  authorityOfServer,
  bootstrapIdentity,
  connectNats,
  type JoinToken,
  joinSubject,
  joinTokenFacts,
  parseJoinToken,
} from '@kubernats/bus';
import { decodeFrame, encodeFrame, type JoinAnswer, type JoinRequest, type ResponseHead } from '@kubernats/client';
import { realClock, realIds } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import { Failure } from '../failure.ts';
import { isRefusedLogin, type Membership, type MembershipFolder } from './membership.ts';
import { type NatsAddress, secured } from './nats-address.ts';

const PATIENCE_MS = 10_000;
const NEW_TOKEN = "Make a new one on the cluster's machine: ./kubernats token create --print-join-command";

/** The token of `--token`. Throws a Failure when it is none, or only the half of one. */
export function tokenOf(text: string): JoinToken {
  const token = parseJoinToken(text);
  if (token) return token;
  throw new Failure(`--token: not the whole of what ./kubernats token create has printed. ${NEW_TOKEN}`, 2);
}

/**
 * Asks a cluster to take this machine in, and keeps what it gets in the folder. The server proves first that it is the one that the token is of;
 * of this machine's key only the public half is sent. Throws a Failure that says what to do.
 */
export async function askToJoin(
  folder: MembershipFolder,
  address: NatsAddress,
  token: JoinToken,
  nodeName: string | undefined,
): Promise<Membership> {
  const { createUserKey, credsOfKey } = await import('@kubernats/bus/authority');
  const ca = await authorityOf(address, token);
  const { cluster } = joinTokenFacts(token);
  const { publicKey, seed } = createUserKey();
  const natsUrl = secured(address);
  const creds = new TextEncoder().encode(credsOfKey(token.jwt, token.seed));
  const request: JoinRequest = { token: `${token.id}.${token.secret}`, publicKey, ...(nodeName === undefined ? {} : { nodeName }) };
  const answer = await ask({ natsUrl, ca, creds, cluster, token }, request);
  const membership = { cluster, natsUrl, nodeName: answer.nodeName, pool: answer.pool };
  const { jwts } = answer;
  folder.write(membership, {
    ca,
    creds: { 'kubelet-sim': credsOfKey(jwts['kubelet-sim'], seed), 'service-proxy': credsOfKey(jwts['service-proxy'], seed) },
  });
  return membership;
}

async function authorityOf(address: NatsAddress, token: JoinToken): Promise<string> {
  const found = await authorityOfServer(address, token.caHash, PATIENCE_MS);
  if ('ca' in found) return found.ca;
  const { url, port } = address;
  const texts = {
    silent: `no NATS server answers at ${url} (${found.why}).\nIs the cluster up, is this the address that it was started with (up --address), and does every firewall between let port ${port} through?`,
    'no-nats': `what answers at ${url} is no NATS server. ./kubernats status on the cluster's machine shows where machines join.`,
    'no-tls': `the NATS server at ${url} does not encrypt, so it is none that machines can join.\nStart the cluster with: ./kubernats up --address IP`,
    foreign: `the server at ${url} is not of the cluster that the token is of: another authority vouches for it. Nothing was sent to it.\n${NEW_TOKEN}`,
  };
  throw new Failure(texts[found.refusal]);
}

interface Way {
  natsUrl: string;
  ca: string;
  creds: Uint8Array;
  cluster: string;
  token: JoinToken;
}

async function ask(way: Way, request: JoinRequest): Promise<JoinAnswer> {
  const { natsUrl: url, ca, creds, cluster, token } = way;
  await using bus = await connectNats({
    ...{ url, ca, creds, cluster, identity: bootstrapIdentity(token.id), clock: realClock, ids: realIds },
    ...{ onceWithinMs: PATIENCE_MS, onError: () => {} },
  }).catch((error: unknown) => {
    throw new Failure(whyNotConnected(way, error));
  });
  try {
    const frame = await bus.request(joinSubject(cluster, token.id), encodeFrame(request), { timeoutMs: PATIENCE_MS });
    const { head, body } = decodeFrame<ResponseHead>(frame);
    const content = JSON.parse(new TextDecoder().decode(body));
    if (head.code !== 200) throw StatusError.fromStatus(content);
    return content as JoinAnswer;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new Failure(whyNotTaken(error, request), error.code === 400 ? 2 : 1);
  }
}

function whyNotConnected({ natsUrl, token }: Way, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  if (/altname/i.test(said)) {
    return `the cluster's certificate is not for ${natsUrl}: join at the address that it was started with (./kubernats status shows it there)`;
  }
  if (isRefusedLogin(error)) {
    const { expiresAt } = joinTokenFacts(token);
    const hasExpired = expiresAt !== undefined && expiresAt * 1000 <= realClock.now();
    const why = hasExpired
      ? `the token ${token.id} has expired at ${new Date(expiresAt * 1000).toISOString().replace('.000Z', 'Z')}`
      : `the cluster does not take the token ${token.id}: it is wrong, or of an earlier cluster at this address`;
    return `${why}.\n${NEW_TOKEN}`;
  }
  return `${natsUrl} could not be connected to: ${said}`;
}

function whyNotTaken(error: StatusError, { nodeName }: JoinRequest): string {
  if (error.code === 401) return `${error.message}.\n${NEW_TOKEN}`;
  if (error.reason === 'AlreadyExists') {
    return `${error.message}.\nGive this machine another name with --node-name, or, if the other one is gone for good: kubectl delete node ${nodeName}`;
  }
  if (error.reason === 'ServiceUnavailable')
    return `the NATS server answers, but no API server behind it: ${error.message}. See ./kubernats status on the cluster's machine.`;
  return error.message;
}
