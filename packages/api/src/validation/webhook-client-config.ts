// Where a webhook is called: what webhook configurations and CustomResourceDefinitions have in common.
import { Buffer } from 'node:buffer';
import { X509Certificate } from 'node:crypto';
import { dns1123Subdomain, type FieldPath, goQuote, invalidValue, portNumber, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';

interface ClientConfig {
  url?: string;
  service?: { name?: string; namespace?: string; path?: string; port?: number };
}

const FORM = '; desired format: https://host[/path]';

/** What is wrong with where a webhook is said to be. */
export function checkWebhookTarget({ url, service }: ClientConfig, at: FieldPath, out: Cause[]): void {
  if ((url === undefined) === (service === undefined)) out.push(required(at, 'exactly one of url or service is required'));
  else if (url !== undefined) checkWebhookUrl(url, at.child('url'), out);
  else if (service) checkWebhookService(service, at.child('service'), out);
}

/** RFC 3986, appendix B, with the authority in two parts. */
const REFERENCE = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:([^/?#@]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
const CONTROL = /[\0-\x1f\x7f]/;

function checkWebhookUrl(url: string, at: FieldPath, out: Cause[]): void {
  const found = CONTROL.test(url) ? null : REFERENCE.exec(url);
  if (!found) {
    out.push(required(at, `url must be a valid URL: parse ${goQuote(url)}: net/url: invalid control character in URL${FORM}`));
    return;
  }
  const [, scheme = '', user, host = '', , query = '', fragment = ''] = found;
  if (scheme !== 'https') out.push(invalidValue(at, scheme, `'https' is the only allowed URL scheme${FORM}`));
  if (host === '') out.push(invalidValue(at, host, `host must be provided${FORM}`));
  if (user !== undefined) out.push(invalidValue(at, user, 'user information is not permitted in the URL'));
  if (fragment !== '') out.push(invalidValue(at, fragment, 'fragments are not permitted in the URL'));
  if (query !== '') out.push(invalidValue(at, query, 'query parameters are not permitted in the URL'));
}

function checkWebhookService(service: NonNullable<ClientConfig['service']>, at: FieldPath, out: Cause[]): void {
  const { name, namespace, path, port = 0 } = service;
  if (!name) out.push(required(at.child('name'), 'service name is required'));
  if (!namespace) out.push(required(at.child('namespace'), 'service namespace is required'));
  const problems = portNumber(port);
  if (problems.length > 0) out.push(invalidValue(at.child('port'), port, `port is not valid: ${problems.join(', ')}`));
  if (path) checkPath(path, at.child('path'), out);
}

function checkPath(path: string, at: FieldPath, out: Cause[]): void {
  if (path === '/') return;
  if (path === '//') {
    out.push(invalidValue(at, path, 'segment[0] may not be empty'));
    return;
  }
  if (!path.startsWith('/')) out.push(invalidValue(at, path, "must start with a '/'"));
  for (const [i, segment] of path.slice(1).replace(/\/$/, '').split('/').entries()) {
    const problems = segment === '' ? [] : dns1123Subdomain(segment);
    if (segment === '') out.push(invalidValue(at, path, `segment[${i}] may not be empty`));
    for (const problem of problems) out.push(invalidValue(at, path, `segment[${i}]: ${problem}`));
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** What is wrong with a bundle of certificates (PEM, base64); undefined: nothing. */
export function caBundleProblem(caBundle: string): string | undefined {
  const certificates = Buffer.from(caBundle, 'base64').toString('utf8').match(CERTIFICATE);
  if (!certificates) return 'unable to load root certificates: unable to parse bytes as PEM block';
  try {
    for (const pem of certificates) new X509Certificate(pem);
    return undefined;
  } catch {
    return 'unable to load root certificates: x509: malformed certificate';
  }
}
