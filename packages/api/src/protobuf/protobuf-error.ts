/** The bytes are not what they should be. The message is fit for an answer. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';

  /** What the reader of @bufbuild/protobuf says, in the words of Kubernetes' decoder. */
  static from(error: unknown): unknown {
    if (error instanceof RangeError) return new ProtobufError('unexpected EOF');
    return error instanceof Error && error.constructor === Error ? new ProtobufError(`proto: ${error.message}`) : error;
  }
}
