import { Buffer } from 'node:buffer';

const SLAB_BYTES = 16 * 1024;
/** What is larger has memory of its own: it would leave too much of a slab empty. */
const SHARED_BYTES_MAX = 4 * 1024;

let slab = Buffer.alloc(0);
let used = 0;

/**
 * Memory, not zeroed, for bytes that live as long as objects do. Node's own pool (`Buffer.allocUnsafe`) hands out pieces of 64 KiB in turn, mostly to what lives for one
 * request: an object of 1 KiB would hold all of such a piece.
 */
export function keptBytes(length: number): Buffer {
  if (length > SHARED_BYTES_MAX) return Buffer.allocUnsafeSlow(length);
  if (used + length > slab.length) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    used = 0;
  }
  const bytes = slab.subarray(used, used + length);
  used += length;
  return bytes;
}
