/** An IP address as a number of 32 or 128 bits. */
export interface Address {
  bits: 32 | 128;
  value: bigint;
}

/** Reads an address as Go's netip does, without a zone; undefined: the text is none. An IPv4 address within an IPv6 one is told apart. */
export function addressOf(text: string): (Address & { mapped?: true }) | undefined {
  if (!text.includes(':')) {
    const value = ipv4(text);
    return value === undefined ? undefined : { bits: 32, value };
  }
  const value = ipv6(text);
  if (value === undefined) return undefined;
  return value >> 32n === 0xffffn ? { bits: 128, value, mapped: true } : { bits: 128, value };
}

function ipv4(text: string): bigint | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const parts = text.split('.').map(Number);
  return parts.some((part) => part > 255) ? undefined : parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function ipv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = [groups(halves[0] ?? '', halves.length === 1), halves.length === 2 ? groups(halves[1] ?? '', true) : []];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...Array<bigint>(missing).fill(0n), ...tail].reduce((value, group) => (value << 16n) | group, 0n);
}

/** The groups of 16 bits; the last may be written as an IPv4 address. */
function groups(text: string, last: boolean): bigint[] | undefined {
  if (text === '') return [];
  const out: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) out.push(BigInt(`0x${part}`));
    else {
      const value = last && index === parts.length - 1 ? ipv4(part) : undefined;
      if (value === undefined) return undefined;
      out.push(value >> 16n, value & 0xffffn);
    }
  }
  return out;
}

/** The canonical text. Source: RFC 5952. */
export function addressText({ bits, value }: Address): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const all = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  const [from, length] = longestZeros(all);
  const text = (part: bigint[]): string => part.map((group) => group.toString(16)).join(':');
  return length < 2 ? text(all) : `${text(all.slice(0, from))}::${text(all.slice(from + length))}`;
}

function longestZeros(all: readonly bigint[]): [from: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (from + length < 8 && all[from + length] === 0n) length++;
    if (length > best[1]) best = [from, length];
  }
  return best;
}

/** The address with all bits after the prefix at 0. */
export function masked({ bits, value }: Address, prefix: number): Address {
  const rest = BigInt(bits - prefix);
  return { bits, value: (value >> rest) << rest };
}
