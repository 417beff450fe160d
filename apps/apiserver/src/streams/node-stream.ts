import { type ByteStream, type NodeService, nodeSubject } from '@kubernats/bus';
import { StatusError } from '@kubernats/errors';
import type { Core } from '../core.ts';

/** Nobody answers for the node. */
export class NodeUnreachable extends StatusError {
  constructor(node: string, why: string) {
    super('InternalError', `error dialing backend: node ${JSON.stringify(node)} does not answer: ${why}`);
  }
}

/** Opens a byte stream to a node. Rejects with what the node says, or with `NodeUnreachable`. */
export async function openNodeStream(core: Core, node: string, service: NodeService, hello: object): Promise<ByteStream> {
  try {
    return await core.bus.openStream(nodeSubject(core.cluster, node, service), new TextEncoder().encode(JSON.stringify(hello)));
  } catch (error) {
    if (!(error instanceof StatusError) || (error.reason !== 'ServiceUnavailable' && error.reason !== 'Timeout')) throw error;
    throw new NodeUnreachable(node, error.message);
  }
}
