import { isIP } from 'node:net';

/**
 * From where a request comes, and over which proxies: what they say themselves (`X-Forwarded-For`, `X-Real-Ip`), and at the end the address that the
 * connection is from, which alone is certain. Source: `sourceIPs` of `audit.k8s.io/v1` Event.
 */
export function sourceIPs(headers: Readonly<Record<string, string | string[] | undefined>>, remoteAddress: string | undefined): string[] {
  const forwarded = String(headers['x-forwarded-for'] ?? '');
  const addresses = forwarded.split(',').flatMap((part) => addressIn(part));
  const [real] = addressIn(String(headers['x-real-ip'] ?? ''));
  if (real !== undefined && !addresses.includes(real)) addresses.push(real);
  const [remote] = addressIn(remoteAddress ?? '');
  if (remote !== undefined && addresses.at(-1) !== remote) addresses.push(remote);
  return addresses;
}

function addressIn(text: string): string[] {
  const address = text.trim().replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(address) === 0 ? [] : [address];
}
