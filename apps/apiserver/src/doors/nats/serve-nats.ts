import { Buffer } from 'node:buffer';
import { apiSubjects, type BusMessage } from '@kubernats/bus';
import { encodeFrame, type ResponseHead } from '@kubernats/client';
import { badRequest, internalError, StatusError } from '@kubernats/errors';
import { handleAudited } from '../../audit/handle-audited.ts';
import type { UserInfo } from '../../call.ts';
import type { Core } from '../../core.ts';
import { type BodyReply, encodeError } from '../../encode/reply.ts';
import { componentUser } from '../../system-users.ts';
import { readRequest } from './read-request.ts';
import { SharedWatches } from './shared-watches.ts';

const QUEUE = 'apiserver';
/** Small enough to interleave with other answers, large enough to cost little. */
const CHUNK_BYTES = 1024 * 1024;

/** Opens the door for components: requests in a queue group with the other API servers, and shared watches. */
export function serveNats(core: Core): AsyncDisposable {
  const watches = new SharedWatches(core);
  const users = new Map<string, UserInfo>();
  const chunkBytes = Math.min(CHUNK_BYTES, core.bus.maxPayloadBytes - 4096);

  const userOf = (identity: string): UserInfo => {
    let user = users.get(identity);
    if (!user) users.set(identity, (user = componentUser(identity)));
    return user;
  };

  const answer = async (message: BusMessage): Promise<void> => {
    const { identity, request } = readRequest(message.subject, message.data);
    const user = userOf(identity);
    const userAgent = request.query?.fieldManager ?? identity.replace(/^system:/, '');
    const reply = await handleAudited(core, { request, user, userAgent });
    if (reply.type === 'watch') {
      const grant = watches.grant(identity, reply.place, reply.plan.selection, reply.view);
      message.respond(encodeFrame({ code: 200 } satisfies ResponseHead, new TextEncoder().encode(JSON.stringify(grant))));
      return;
    }
    if (reply.type === 'proxy') {
      return send(message, encodeError(badRequest('the proxy of Services and Pods is not served over the bus'), []), chunkBytes);
    }
    if (reply.type === 'bytes' || reply.type === 'upgrade') {
      if (reply.type === 'bytes') reply.source.destroy();
      return send(message, encodeError(badRequest('streams are not served over the bus'), []), chunkBytes);
    }
    send(message, reply, chunkBytes);
  };

  const subscription = core.bus.subscribe(
    apiSubjects(core.cluster),
    (message) => {
      answer(message).catch((error: unknown) => {
        const status = error instanceof StatusError ? error : unexpected(core, error);
        send(message, encodeError(status, []), chunkBytes);
      });
    },
    { queue: QUEUE },
  );
  return {
    async [Symbol.asyncDispose]() {
      subscription.unsubscribe();
      watches.close();
    },
  };
}

function unexpected(core: Core, error: unknown): StatusError {
  core.log.error({ error }, 'a request over the bus failed');
  return internalError(error);
}

/** One answer, in as many messages as its size needs. */
function send(message: BusMessage, reply: BodyReply, chunkBytes: number): void {
  const { code, chunks } = reply;
  const warnings = reply.warnings.length > 0 ? { warnings: [...reply.warnings] } : {};
  const whole = Buffer.concat(chunks);
  let at = 0;
  for (; whole.length - at > chunkBytes; at += chunkBytes) {
    message.respond(encodeFrame({ code, more: true } satisfies ResponseHead, whole.subarray(at, at + chunkBytes)));
  }
  message.respond(encodeFrame({ code, ...warnings } satisfies ResponseHead, whole.subarray(at)));
}
