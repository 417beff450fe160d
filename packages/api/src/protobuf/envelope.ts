import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { ProtobufError } from './protobuf-error.ts';

/** How every protobuf body of Kubernetes begins: `k8s` and a zero. */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];

/** `runtime.Unknown`: what the object is, and its message. */
export interface Envelope {
  apiVersion: string;
  kind: string;
  message: Uint8Array;
}

/** Opens the envelope of `application/vnd.kubernetes.protobuf`. Throws ProtobufError. */
export function openEnvelope(body: Uint8Array): Envelope {
  if (body.length === 0) throw new ProtobufError('empty data');
  if (!MAGIC.every((byte, i) => body[i] === byte)) {
    throw new ProtobufError(`provided data does not appear to be a protobuf message, expected prefix [${MAGIC.join(' ')}]`);
  }
  if (body.length === MAGIC.length) throw new ProtobufError('empty body');
  try {
    return readUnknown(body.subarray(MAGIC.length));
  } catch (error) {
    throw ProtobufError.from(error);
  }
}

/** Fields: typeMeta (1: apiVersion 1, kind 2) and raw (2). Encodings other than none are not used for requests. */
function readUnknown(bytes: Uint8Array): Envelope {
  const envelope: Envelope = { apiVersion: '', kind: '', message: new Uint8Array() };
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === 1 && wireType === WireType.LengthDelimited) readTypeMeta(envelope, reader.bytes());
    else if (number === 2 && wireType === WireType.LengthDelimited) envelope.message = reader.bytes();
    else reader.skip(wireType, number);
  }
  return envelope;
}

function readTypeMeta(envelope: Envelope, bytes: Uint8Array): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === 1 && wireType === WireType.LengthDelimited) envelope.apiVersion = reader.string();
    else if (number === 2 && wireType === WireType.LengthDelimited) envelope.kind = reader.string();
    else reader.skip(wireType, number);
  }
}
