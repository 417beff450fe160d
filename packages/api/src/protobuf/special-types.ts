// Kubernetes' types that are messages on the wire and scalars in JSON.
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { rfc3339 } from '@kubernats/clock';
import { ProtobufError } from './protobuf-error.ts';

/** Years 1 to 9999: what RFC 3339 can write. */
const MIN_SECONDS = -62_135_596_800;
const MAX_SECONDS = 253_402_300_799;

/** Calls `take` for each field; it returns whether it has read the value. */
function eachField(bytes: Uint8Array, take: (number: number, wireType: WireType, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (!take(number, wireType, reader)) reader.skip(wireType, number);
  }
}

/** `resource.Quantity`: its text (1). */
export function readQuantity(bytes: Uint8Array): string {
  let text = '';
  eachField(bytes, (number, wireType, reader) => {
    if (number !== 1 || wireType !== WireType.LengthDelimited) return false;
    text = reader.string();
    return true;
  });
  return text === '' ? '0' : text;
}

/** `intstr.IntOrString`: type (1; 1 is a text), the number (2), the text (3). */
export function readIntOrString(bytes: Uint8Array): number | string {
  let isText = false;
  let number = 0;
  let text = '';
  eachField(bytes, (field, wireType, reader) => {
    if (field === 1 && wireType === WireType.Varint) isText = reader.int32() === 1;
    else if (field === 2 && wireType === WireType.Varint) number = reader.int32();
    else if (field === 3 && wireType === WireType.LengthDelimited) text = reader.string();
    else return false;
    return true;
  });
  return isText ? text : number;
}

/** `metav1.Time` and `MicroTime`: seconds (1) and nanoseconds (2) since 1970; both 0 is no time at all. RFC 3339, in UTC. */
export function readTime(bytes: Uint8Array, micro: boolean): string | undefined {
  let seconds = 0;
  let nanos = 0;
  eachField(bytes, (number, wireType, reader) => {
    if (wireType !== WireType.Varint) return false;
    if (number === 1) seconds = Number(reader.int64());
    else if (number === 2) nanos = reader.int32();
    else return false;
    return true;
  });
  if (seconds === 0 && nanos === 0) return undefined;
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) throw new ProtobufError('Time.MarshalJSON: year outside of range [0,9999]');
  const whole = rfc3339(seconds * 1000);
  if (!micro) return whole;
  const micros = Math.min(999_999, Math.max(0, Math.trunc(nanos / 1000)));
  return `${whole.slice(0, -1)}.${String(micros).padStart(6, '0')}Z`;
}

/** `metav1.FieldsV1`, `runtime.RawExtension`: a JSON text (1). */
export function readRawJson(bytes: Uint8Array): unknown {
  let value: unknown;
  eachField(bytes, (number, wireType, reader) => {
    if (number !== 1 || wireType !== WireType.LengthDelimited) return false;
    const text = reader.string();
    try {
      value = text === '' ? undefined : JSON.parse(text);
    } catch {
      throw new ProtobufError('proto: invalid JSON');
    }
    return true;
  });
  return value;
}
