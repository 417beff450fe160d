import { Buffer } from 'node:buffer';
import { ControlType, FLAG_FIN, FLAG_UNIDIRECTIONAL, type Frame, HEAD_BYTES, VERSION } from './frames.ts';
import { HeaderWriter } from './header-block.ts';

/** Turns the frames of one direction into bytes. */
export class FrameWriter {
  readonly #headers = new HeaderWriter();

  encode(frame: Frame): Uint8Array {
    switch (frame.type) {
      case 'data':
        return dataFrame(frame.id, frame.bytes, frame.fin);
      case 'synStream': {
        const flags = (frame.fin ? FLAG_FIN : 0) | (frame.unidirectional ? FLAG_UNIDIRECTIONAL : 0);
        return control(ControlType.synStream, flags, [frame.id, 0], Buffer.alloc(2), this.#headers.encode(frame.headers));
      }
      case 'synReply':
      case 'headers':
        return control(ControlType[frame.type], frame.fin ? FLAG_FIN : 0, [frame.id], this.#headers.encode(frame.headers));
      case 'rstStream':
        return control(ControlType.rstStream, 0, [frame.id, frame.status]);
      case 'settings':
        return control(ControlType.settings, 0, [frame.values.size, ...[...frame.values].flat()]);
      case 'ping':
        return control(ControlType.ping, 0, [frame.id]);
      case 'goAway':
        return control(ControlType.goAway, 0, [frame.lastId, frame.status]);
      case 'windowUpdate':
        return control(ControlType.windowUpdate, 0, [frame.id, frame.delta]);
    }
  }
}

function dataFrame(id: number, bytes: Uint8Array, fin: boolean): Uint8Array {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + bytes.length);
  frame.writeUInt32BE(id, 0);
  frame.writeUInt32BE(bytes.length, 4);
  frame[4] = fin ? FLAG_FIN : 0;
  frame.set(bytes, HEAD_BYTES);
  return frame;
}

function control(type: number, flags: number, numbers: readonly number[], ...rest: Uint8Array[]): Uint8Array {
  const length = numbers.length * 4 + rest.reduce((total, part) => total + part.length, 0);
  const frame = Buffer.alloc(HEAD_BYTES + length);
  frame.writeUInt16BE(0x8000 | VERSION, 0);
  frame.writeUInt16BE(type, 2);
  frame.writeUInt32BE(length, 4);
  frame[4] = flags;
  let at = HEAD_BYTES;
  for (const number of numbers) at = frame.writeUInt32BE(number, at);
  for (const part of rest) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}
