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
  const length = message[1] ?? 0;
  // A name beyond 127 bytes would have a longer length; no service is called that.
  if (message[0] !== SERVICE_FIELD || length > 0x7f || message.byteLength !== 2 + length) return undefined;
  return Buffer.from(message.subarray(2)).toString();
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
