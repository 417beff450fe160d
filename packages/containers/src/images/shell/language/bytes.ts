// Texts are JavaScript strings; a byte that is no text on its own (`printf '\\xff'`) travels in them as a lone surrogate, as in Python.
const LONE = /[\udc80-\udcff]/u;
const encoder = new TextEncoder();

/** A character that stands for one byte. */
export function byteChar(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}

/** The bytes of a text. */
export function bytesOf(text: string): Uint8Array {
  if (!LONE.test(text)) return encoder.encode(text);
  const parts = [...text].map((char) => (LONE.test(char) ? Uint8Array.of(char.charCodeAt(0) - 0xdc00) : encoder.encode(char)));
  return Buffer.concat(parts);
}
