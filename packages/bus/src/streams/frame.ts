/** What travels between the two ends of a byte stream: one byte kind, four bytes number in its direction, and the rest. */
export const FrameKind = {
  open: 1,
  accept: 2,
  refuse: 3,
  data: 4,
  credit: 5,
  end: 6,
  reset: 7,
  ping: 8,
} as const;

export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

const HEAD_BYTES = 5;
const KINDS: ReadonlySet<number> = new Set(Object.values(FrameKind));
const isKind = (kind: number | undefined): kind is FrameKind => kind !== undefined && KINDS.has(kind);

export interface Frame {
  kind: FrameKind;
  sequence: number;
  body: Uint8Array;
}

export function encodeFrame(kind: FrameKind, sequence: number, body?: Uint8Array): Uint8Array {
  // Not cleared first: all of it is written.
  const frame = Buffer.allocUnsafe(HEAD_BYTES + (body?.length ?? 0));
  frame[0] = kind;
  writeUint32(frame, 1, sequence);
  if (body) frame.set(body, HEAD_BYTES);
  return frame;
}

/** Undefined for what is no frame. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  const kind = bytes[0];
  if (bytes.length < HEAD_BYTES || !isKind(kind)) return undefined;
  return { kind, sequence: readUint32(bytes, 1), body: bytes.subarray(HEAD_BYTES) };
}

export function uint32Bytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  writeUint32(bytes, 0, value);
  return bytes;
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, value);
}
