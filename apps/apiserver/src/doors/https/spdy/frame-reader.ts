import { Buffer } from 'node:buffer';
import { CONTROL_BYTES_MAX, ControlType, FLAG_FIN, FLAG_UNIDIRECTIONAL, type Frame, HEAD_BYTES, SpdyError, VERSION } from './frames.ts';
import { HeaderReader } from './header-block.ts';

const ID_MASK = 0x7fff_ffff;

/**
 * Turns the bytes of one direction into frames. Data is handed over as it comes, control frames whole, so that what is kept is bounded;
 * frames of unknown types are left out. Throws `SpdyError`; nothing can be read after that.
 */
export class FrameReader {
  readonly #headers = new HeaderReader();
  readonly #head = Buffer.alloc(HEAD_BYTES);
  #headBytes = 0;
  #left = 0;
  #body: Uint8Array[] = [];

  *push(bytes: Uint8Array): Generator<Frame, void> {
    let at = 0;
    while (at < bytes.length) {
      if (this.#headBytes < HEAD_BYTES) {
        const part = bytes.subarray(at, at + HEAD_BYTES - this.#headBytes);
        this.#head.set(part, this.#headBytes);
        this.#headBytes += part.length;
        at += part.length;
        if (this.#headBytes < HEAD_BYTES) return;
        this.#left = this.#head.readUIntBE(5, 3);
        if (this.#isControl && this.#left > CONTROL_BYTES_MAX) throw new SpdyError(`a control frame of ${this.#left} bytes is too long`);
        if (this.#left > 0) continue;
      }
      const part = bytes.subarray(at, at + this.#left);
      at += part.length;
      this.#left -= part.length;
      const ended = this.#left === 0;
      if (ended) this.#headBytes = 0;
      const frame = this.#isControl ? this.#control(part, ended) : this.#data(part, ended);
      if (frame) yield frame;
    }
  }

  get #isControl(): boolean {
    return ((this.#head[0] ?? 0) & 0x80) !== 0;
  }

  #data(bytes: Uint8Array, ended: boolean): Frame {
    const id = this.#head.readUInt32BE(0);
    return { type: 'data', id, bytes, fin: ended && ((this.#head[4] ?? 0) & FLAG_FIN) !== 0 };
  }

  #control(part: Uint8Array, ended: boolean): Frame | undefined {
    if (part.length > 0) this.#body.push(Uint8Array.from(part));
    if (!ended) return undefined;
    const body = Buffer.concat(this.#body.splice(0));
    const version = this.#head.readUInt16BE(0) & 0x7fff;
    if (version !== VERSION) throw new SpdyError(`version ${version} of SPDY is not spoken here`);
    return this.#parse(this.#head.readUInt16BE(2), this.#head[4] ?? 0, body);
  }

  #parse(type: number, flags: number, body: Buffer): Frame | undefined {
    const number = (index: number): number => {
      if (body.length < index * 4 + 4) throw new SpdyError(`a control frame of type ${type} ends too early`);
      return body.readUInt32BE(index * 4);
    };
    const fin = (flags & FLAG_FIN) !== 0;
    switch (type) {
      case ControlType.synStream: {
        const id = number(0) & ID_MASK;
        if (body.length < 10) throw new SpdyError('a stream is opened with too few bytes');
        const headers = this.#headers.decode(body.subarray(10));
        return { type: 'synStream', id, headers, fin, unidirectional: (flags & FLAG_UNIDIRECTIONAL) !== 0 };
      }
      case ControlType.synReply:
        return { type: 'synReply', id: number(0) & ID_MASK, headers: this.#headers.decode(body.subarray(4)), fin };
      case ControlType.headers:
        return { type: 'headers', id: number(0) & ID_MASK, headers: this.#headers.decode(body.subarray(4)), fin };
      case ControlType.rstStream:
        return { type: 'rstStream', id: number(0) & ID_MASK, status: number(1) };
      case ControlType.settings: {
        const values = new Map<number, number>();
        for (let i = 0; i < number(0); i++) values.set(number(1 + 2 * i) & 0xff_ffff, number(2 + 2 * i));
        return { type: 'settings', values };
      }
      case ControlType.ping:
        return { type: 'ping', id: number(0) };
      case ControlType.goAway:
        return { type: 'goAway', lastId: number(0) & ID_MASK, status: body.length < 8 ? 0 : number(1) };
      case ControlType.windowUpdate:
        return { type: 'windowUpdate', id: number(0) & ID_MASK, delta: number(1) & ID_MASK };
      default:
        return undefined;
    }
  }
}
