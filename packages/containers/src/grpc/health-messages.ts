// The messages of grpc.health.v1 on the wire: a frame (a flag, four bytes of length) around one protobuf field. Source: the gRPC Health
// Checking Protocol.

const SERVICE_FIELD = 0x0a;
const STATUS_FIELD = 0x08;
const FRAME_HEADER_BYTES = 5;

/** `HealthCheckResponse.ServingStatus`, by its number. */
export const SERVING_STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const;
export type ServingStatus = (typeof SERVING_STATUSES)[number];

/** A framed `HealthCheckRequest`; service '' is the server as a whole. */
export function healthRequest(service: string): Uint8Array {
  const name = Buffer.from(service, 'utf8');
  return framed(name.byteLength === 0 ? [] : [SERVICE_FIELD, ...varint(name.byteLength), ...name]);
}

/** The service that a framed `HealthCheckRequest` asks for; undefined: it is no such message. */
export function requestedService(frame: Uint8Array): string | undefined {
  if (frame.byteLength < FRAME_HEADER_BYTES || frame[0] !== 0) return undefined;
  const message = frame.subarray(FRAME_HEADER_BYTES);
  if (message.byteLength !== Buffer.from(frame).readUInt32BE(1)) return undefined;
  if (message.byteLength === 0) return '';
  if (message[0] !== SERVICE_FIELD) return undefined;
  const length = varintIn(message, 1);
  return length && length.end + length.value === message.byteLength ? Buffer.from(message.subarray(length.end)).toString() : undefined;
}

/** A framed `HealthCheckResponse`. */
export function healthResponse(status: ServingStatus): Uint8Array {
  const number = SERVING_STATUSES.indexOf(status);
  return framed(number === 0 ? [] : [STATUS_FIELD, number]);
}

/** The status in a framed `HealthCheckResponse`: its name, or the number of one that has none; undefined: it is no such message. */
export function healthStatus(frame: Uint8Array): string | undefined {
  if (frame.byteLength < FRAME_HEADER_BYTES || frame[0] !== 0) return undefined;
  const length = Buffer.from(frame).readUInt32BE(1);
  const message = frame.subarray(FRAME_HEADER_BYTES);
  if (message.byteLength !== length) return undefined;
  const [field, number = 0, ...rest] = message;
  if (field === undefined) return SERVING_STATUSES[0];
  if (field !== STATUS_FIELD || number >= 0x80 || rest.length > 0) return undefined;
  return SERVING_STATUSES[number] ?? String(number);
}

function framed(message: readonly number[]): Uint8Array {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, Uint8Array.from(message)]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  return [...bytes, left];
}

function varintIn(bytes: Uint8Array, from: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let i = from; i < bytes.byteLength; i++) {
    const byte = bytes[i] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (i - from));
    if (byte < 0x80) return { value, end: i + 1 };
  }
  return undefined;
}
