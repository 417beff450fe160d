import { isJsonObject } from '@kubernats/apimachinery';
import { BOOTSTRAP_TOKEN, type BusMessage, joinSubjects, tokenIdOfSubject } from '@kubernats/bus';
import { createClient, decodeFrame, encodeFrame, type JoinAnswer, type JoinRequest, type ResponseHead } from '@kubernats/client';
import { badRequest, internalError, StatusError, unauthorized } from '@kubernats/errors';
import type { Core } from '../core.ts';
import { inProcessTransport } from '../doors/in-process.ts';
import { API_SERVER_USER } from '../system-users.ts';
import { joinMachine } from './join-machine.ts';

const QUEUE = 'apiserver';

/** Opens the door for machines that have nothing but a bootstrap token: a request gets a node's credentials, or a Status that says why not. */
export function serveJoin(core: Core): Disposable {
  const { natsSigner: signer, cluster, clock, ids } = core;
  const client = createClient(inProcessTransport(core, API_SERVER_USER, 'kube-apiserver'));
  const answer = async (message: BusMessage): Promise<JoinAnswer> => {
    const request = readJoinRequest(message.data);
    const [, id = '', secret = ''] = BOOTSTRAP_TOKEN.exec(request.token) ?? [];
    // The NATS server lets each token use its own subject only.
    if (id === '' || id !== tokenIdOfSubject(message.subject)) throw unauthorized();
    if (!signer) throw new StatusError('ServiceUnavailable', 'this cluster takes in no machines: its API server has no --nats-signer');
    const joined = await joinMachine({ client, clock, ids, cluster, signer }, { id, secret }, request);
    core.log.info({ node: joined.nodeName, token: id }, 'a machine has joined');
    return joined;
  };
  const respond = (message: BusMessage, head: ResponseHead, body: object): void =>
    message.respond(encodeFrame(head, new TextEncoder().encode(JSON.stringify(body))));
  const subscription = core.bus.subscribe(
    joinSubjects(cluster),
    (message) => {
      answer(message).then(
        (joined) => respond(message, { code: 200 }, joined),
        (error: unknown) => {
          const status = error instanceof StatusError ? error : unexpected(core, error);
          respond(message, { code: status.code }, status.toStatus());
        },
      );
    },
    { queue: QUEUE },
  );
  return { [Symbol.dispose]: () => subscription.unsubscribe() };
}

function unexpected(core: Core, error: unknown): StatusError {
  core.log.error({ error }, 'a machine could not be taken in');
  return internalError(error);
}

/** Throws BadRequest for what is no request. */
function readJoinRequest(data: Uint8Array): JoinRequest {
  let head: unknown;
  try {
    ({ head } = decodeFrame<unknown>(data));
  } catch {
    throw badRequest('the request to join is not JSON');
  }
  if (!isJsonObject(head)) throw badRequest('the request to join is not an object');
  const { token, publicKey, nodeName } = head;
  if (typeof token !== 'string') throw badRequest('token: must be a bootstrap token');
  if (typeof publicKey !== 'string') throw badRequest('publicKey: must be text');
  if (nodeName !== undefined && typeof nodeName !== 'string') throw badRequest('nodeName: must be text');
  return { token, publicKey, ...(nodeName === undefined ? {} : { nodeName }) };
}
