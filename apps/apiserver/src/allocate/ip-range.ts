/** A range of IPv4 addresses that can be given out: all but its first (the network) and its last (broadcast). */
export interface IpRange {
  cidr: string;
  first: number;
  size: number;
}

export function parseIpRange(cidr: string): IpRange {
  const [address = '', bits = ''] = cidr.split('/');
  const prefix = Number(bits);
  const base = numberOf(address);
  if (base === undefined || !Number.isInteger(prefix) || prefix < 8 || prefix > 30)
    throw new Error(`${JSON.stringify(cidr)} is not an IPv4 range`);
  const total = 2 ** (32 - prefix);
  return { cidr, first: Math.floor(base / total) * total + 1, size: total - 2 };
}

export function addressAt(range: IpRange, offset: number): string {
  const value = range.first + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** How many addresses at the start of a range are given out last. Source: KEP-3070. */
export function reservedOf({ size }: IpRange): number {
  const all = size + 2;
  return all <= 16 ? 0 : Math.min(Math.max(16, Math.floor(all / 16)), 256);
}

export function isInRange(range: IpRange, address: string): boolean {
  const value = numberOf(address);
  return value !== undefined && value >= range.first && value < range.first + range.size;
}

function numberOf(address: string): number | undefined {
  const parts = address.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : Number.NaN));
  if (parts.length !== 4 || parts.some((part) => !(part <= 255))) return undefined;
  return parts.reduce((value, part) => value * 256 + part, 0);
}
