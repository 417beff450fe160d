// How `exec` and `attach` share one byte stream between the API server and a node: one byte channel, four bytes length, the payload.
// The channels are those of Kubernetes' WebSocket protocols (`v5.channel.k8s.io`), so that a frame is handed on by its number.

export const Channel = {
  stdin: 0,
  stdout: 1,
  stderr: 2,
  /** The last word: a `Status` as JSON. */
  status: 3,
  /** `{"Width": 80, "Height": 24}`. */
  resize: 4,
  /** One byte: the channel on which nothing more will come. */
  close: 255,
} as const;

export interface ChannelFrame {
  channel: number;
  payload: Uint8Array;
}

/** A frame that breaks the rules: the stream cannot be read any further. */
export class ChannelFrameError extends Error {
  override readonly name = 'ChannelFrameError';
}

const HEAD_BYTES = 5;
/** Of a frame that is handed over whole. Data is not: it is handed over as it comes, however long its frame. */
export const WHOLE_FRAME_BYTES_MAX = 64 * 1024;
const DATA: ReadonlySet<number> = new Set([Channel.stdin, Channel.stdout, Channel.stderr]);
const NOTHING = new Uint8Array();

/** One frame's bytes. */
export function encodeChannelFrame(channel: number, payload: Uint8Array): Uint8Array {
  // Not cleared first: all of it is written.
  const frame = Buffer.allocUnsafe(HEAD_BYTES + payload.length);
  frame[0] = channel;
  frame.writeUInt32BE(payload.length, 1);
  frame.set(payload, HEAD_BYTES);
  return frame;
}

/**
 * Cuts a stream of bytes into frames. A data frame comes in as many pieces as its bytes did, so that nothing is gathered; other frames come
 * whole. Throws `ChannelFrameError` when one of those is longer than `WHOLE_FRAME_BYTES_MAX`.
 */
export class ChannelDecoder {
  readonly #head = new Uint8Array(HEAD_BYTES);
  #headBytes = 0;
  #left = 0;
  #whole: Uint8Array[] = [];

  /** What is complete with these bytes. The payloads are views of them. */
  *push(bytes: Uint8Array): Generator<ChannelFrame, void> {
    let at = 0;
    while (at < bytes.length || (this.#headBytes === HEAD_BYTES && this.#left === 0)) {
      if (this.#headBytes < HEAD_BYTES) {
        const take = Math.min(HEAD_BYTES - this.#headBytes, bytes.length - at);
        this.#head.set(bytes.subarray(at, at + take), this.#headBytes);
        this.#headBytes += take;
        at += take;
        if (this.#headBytes === HEAD_BYTES) this.#begin();
        continue;
      }
      const payload = bytes.subarray(at, at + this.#left);
      at += payload.length;
      this.#left -= payload.length;
      const ended = this.#left === 0;
      if (ended) this.#headBytes = 0;
      const channel = this.#head[0] ?? 0;
      if (DATA.has(channel)) {
        if (payload.length > 0) yield { channel, payload };
        continue;
      }
      if (payload.length > 0) this.#whole.push(payload.slice());
      if (ended) yield { channel, payload: joined(this.#whole.splice(0)) };
    }
  }

  #begin(): void {
    this.#left = new DataView(this.#head.buffer).getUint32(1);
    const channel = this.#head[0] ?? 0;
    if (DATA.has(channel) || this.#left <= WHOLE_FRAME_BYTES_MAX) return;
    throw new ChannelFrameError(`a frame of ${this.#left} bytes on channel ${channel} is longer than ${WHOLE_FRAME_BYTES_MAX}`);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (!first) return NOTHING;
  if (parts.length === 1) return first;
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
