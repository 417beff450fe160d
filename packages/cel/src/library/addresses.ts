import { goQuote } from '@kubernats/apimachinery';
import { type Address, addressOf, addressText, masked } from '../values/address.ts';
import { EvaluationError } from '../values/errors.ts';
import { OpaqueValue } from '../values/values.ts';
import { reading, traversal, walkTwice } from './cost.ts';
import { type Overload, opaqueNamed, overload } from './signature.ts';

class IpValue extends OpaqueValue {
  readonly type = opaqueNamed('IP');
  readonly address: Address;

  constructor(address: Address) {
    super();
    this.address = address;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof IpValue && other.address.bits === this.address.bits && other.address.value === this.address.value;
  }
}

class CidrValue extends OpaqueValue {
  readonly type = opaqueNamed('CIDR');
  readonly address: Address;
  readonly prefix: number;

  constructor(address: Address, prefix: number) {
    super();
    this.address = address;
    this.prefix = prefix;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof CidrValue && other.prefix === this.prefix && new IpValue(this.address).equals(new IpValue(other.address));
  }
}

const ipError = (text: string, why: string) =>
  new EvaluationError(`IP Address ${goQuote(text)} parse error during conversion from string: ${why}`);
const cidrError = (text: string, why: string) =>
  new EvaluationError(`network address parse error during conversion from string: ${why || text}`);

function ip(text: string): IpValue {
  const address = addressOf(text);
  if (!address)
    throw ipError(
      text,
      text.includes('%') ? `IP address with zone value is not allowed` : `ParseAddr(${goQuote(text)}): unable to parse IP`,
    );
  if (address.mapped) throw ipError(text, 'IPv4-mapped IPv6 address is not allowed');
  return new IpValue(address);
}

function cidr(text: string): CidrValue {
  const [, host = '', prefixText = ''] = /^(.*)\/(0|[1-9]\d{0,2})$/s.exec(text) ?? [];
  const address = addressOf(host);
  const prefix = Number(prefixText);
  if (!address || prefix > address.bits) throw cidrError(text, `netip.ParsePrefix(${goQuote(text)}): no valid prefix`);
  if (address.mapped) throw cidrError(text, 'IPv4-mapped IPv6 address is not allowed');
  return new CidrValue(address, prefix);
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

const isWithin = (value: Address, network: Address, prefix: number): boolean =>
  value.bits === network.bits && masked(value, prefix).value === masked(network, prefix).value;

const containsIp = ({ address, prefix }: CidrValue, value: IpValue): boolean => isWithin(value.address, address, prefix);
const containsCidr = ({ address, prefix }: CidrValue, other: CidrValue): boolean =>
  prefix <= other.prefix && isWithin(other.address, address, prefix);

const first = ({ bits, value }: Address, count: number): bigint => value >> BigInt(bits - count);
const isV4 = ({ bits }: Address): boolean => bits === 32;
const isLoopback = (address: Address): boolean => (isV4(address) ? first(address, 8) === 127n : address.value === 1n);
const isUnspecified = ({ value }: Address): boolean => value === 0n;
const isLinkLocalUnicast = (address: Address): boolean => (isV4(address) ? first(address, 16) === 0xa9fen : first(address, 10) === 0x3fan);
const isMulticast = (address: Address): boolean => (isV4(address) ? first(address, 4) === 0xen : first(address, 8) === 0xffn);
const isLinkLocalMulticast = (address: Address): boolean =>
  isV4(address) ? first(address, 24) === 0xe00000n : (first(address, 16) & 0xff0fn) === 0xff02n;
const isGlobalUnicast = (address: Address): boolean =>
  !(isUnspecified(address) || isLoopback(address) || isMulticast(address) || isLinkLocalUnicast(address)) &&
  !(isV4(address) && address.value === 0xffffffffn);

const tests = { isUnspecified, isLoopback, isLinkLocalMulticast, isLinkLocalUnicast, isGlobalUnicast };
const second: Overload['cost'] = (_, text) => 6 + traversal(text);

/** Kubernetes' IP and CIDR libraries. */
export const addresses: readonly Overload[] = [
  overload('ip(string): IP', ip, reading),
  overload('isIP(string): bool', (text: string) => succeeds(() => ip(text)), reading),
  overload('ip::isCanonical(string): bool', (text: string) => addressText(ip(text).address) === text, walkTwice),
  overload('string(IP): string', ({ address }: IpValue) => addressText(address)),
  overload('IP.family(): int', ({ address }: IpValue) => (isV4(address) ? 4n : 6n)),
  ...Object.entries(tests).map(([name, test]) => overload(`IP.${name}(): bool`, ({ address }: IpValue) => test(address))),
  overload('cidr(string): CIDR', cidr, reading),
  overload('isCIDR(string): bool', (text: string) => succeeds(() => cidr(text)), reading),
  overload('string(CIDR): string', ({ address, prefix }: CidrValue) => `${addressText(address)}/${prefix}`),
  overload('CIDR.containsIP(IP): bool', containsIp),
  overload('CIDR.containsIP(string): bool', (network: CidrValue, text: string) => containsIp(network, ip(text)), second),
  overload('CIDR.containsCIDR(CIDR): bool', containsCidr),
  overload('CIDR.containsCIDR(string): bool', (network: CidrValue, text: string) => containsCidr(network, cidr(text)), second),
  overload('CIDR.ip(): IP', ({ address }: CidrValue) => new IpValue(address)),
  overload('CIDR.masked(): CIDR', ({ address, prefix }: CidrValue) => new CidrValue(masked(address, prefix), prefix)),
  overload('CIDR.prefixLength(): int', ({ prefix }: CidrValue) => BigInt(prefix)),
];
