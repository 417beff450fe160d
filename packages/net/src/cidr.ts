/** An IPv4 range. */
export interface Cidr {
  /** The range's first address, as a number. */
  base: number;
  /** The prefix length: 0–32. */
  bits: number;
  /** How many addresses it holds. */
  size: number;
}

const DOT = 46;
const ZERO = 48;

/** The address as a number; -1: the text is none. Read character by character: tables of tens of thousands of endpoints ask. */
function parseIp(text: string): number {
  let value = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0) return -1;
      value = value * 256 + octet;
      dots++;
      octet = digits = 0;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9 || (digits > 0 && octet === 0)) return -1;
    octet = octet * 10 + digit;
    digits++;
    if (octet > 255) return -1;
  }
  return dots === 3 && digits > 0 ? value * 256 + octet : -1;
}

/** Whether the text is an IPv4 address in the dotted form without leading zeros. */
export function isIp(text: string): boolean {
  return parseIp(text) >= 0;
}

/** `10.0.0.1` → 167772161. Throws a RangeError on anything but an IPv4 address. */
export function ipToNumber(ip: string): number {
  const value = parseIp(ip);
  if (value < 0) throw new RangeError(`not an IPv4 address: "${ip}"`);
  return value;
}

/** 167772161 → `10.0.0.1`. */
export function numberToIp(value: number): string {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) throw new RangeError(`not an IPv4 address: ${value}`);
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}

/** Parses `10.0.0.0/8`; bits behind the prefix are dropped, as in Kubernetes. Throws a RangeError on anything else. */
export function parseCidr(text: string): Cidr {
  const slash = text.indexOf('/');
  const suffix = text.slice(slash + 1);
  if (slash === -1 || !/^\d{1,2}$/.test(suffix) || Number(suffix) > 32) throw new RangeError(`not an IPv4 CIDR: "${text}"`);
  const bits = Number(suffix);
  const size = 2 ** (32 - bits);
  const address = ipToNumber(text.slice(0, slash));
  return { base: address - (address % size), bits, size };
}

/** Whether the text is an IPv4 range such as `10.0.0.0/8`. */
export function isCidr(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/');
  return more.length === 0 && isIp(address) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32;
}

export function formatCidr(cidr: Cidr): string {
  return `${numberToIp(cidr.base)}/${cidr.bits}`;
}

const rangeOf = (cidr: Cidr | string): Cidr => (typeof cidr === 'string' ? parseCidr(cidr) : cidr);

/** Whether the address lies in the range. Text that is no IPv4 address lies in none. */
export function cidrContains(cidr: Cidr | string, ip: string): boolean {
  if (!isIp(ip)) return false;
  const range = rangeOf(cidr);
  const offset = ipToNumber(ip) - range.base;
  return offset >= 0 && offset < range.size;
}

/** Whether every address of `inner` lies in `outer`. */
export function cidrCovers(outer: Cidr | string, inner: Cidr | string): boolean {
  const [range, part] = [rangeOf(outer), rangeOf(inner)];
  return part.base >= range.base && part.base + part.size <= range.base + range.size;
}

/** The address at `index` of the range; 0 is its first. Throws a RangeError outside of it. */
export function cidrAddress(cidr: Cidr | string, index: number): string {
  const range = rangeOf(cidr);
  if (!Number.isInteger(index) || index < 0 || index >= range.size)
    throw new RangeError(`${formatCidr(range)} has no address number ${index}`);
  return numberToIp(range.base + index);
}

/** How many ranges of `bits` the range divides into. */
export function subnetCount(cidr: Cidr | string, bits: number): number {
  return bits < rangeOf(cidr).bits ? 0 : 2 ** (bits - rangeOf(cidr).bits);
}

/** The part of the range with prefix length `bits` at `index`: `subnet('10.244.0.0/16', 24, 3)` is `10.244.3.0/24`. */
export function subnet(cidr: Cidr | string, bits: number, index: number): string {
  const range = rangeOf(cidr);
  if (bits > 32 || !Number.isInteger(index) || index < 0 || index >= subnetCount(range, bits)) {
    throw new RangeError(`${formatCidr(range)} has no /${bits} number ${index}`);
  }
  return formatCidr({
    base: range.base + index * 2 ** (32 - bits),
    bits,
    size: 2 ** (32 - bits),
  });
}
