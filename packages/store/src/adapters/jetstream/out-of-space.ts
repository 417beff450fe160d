import { StatusError } from '@kubernats/errors';

/** JetStream takes no more: it is at a limit of the server, of the account, or of the stream. */
const OUT_OF_SPACE: ReadonlySet<number> = new Set([10_002, 10_023, 10_047, 10_077]);

/** Kubernetes answers a full etcd with 500 and no reason, which clients do not send again by themselves. */
export class OutOfSpace extends StatusError {
  constructor() {
    super('Unknown', 'the store is full: JetStream takes no more. Delete objects, or give it more space (docs/operations.md)');
  }
}

export const isOutOfSpace = (errorCode: number | undefined): boolean => errorCode !== undefined && OUT_OF_SPACE.has(errorCode);
