// Where a webhook is called: what webhook configurations and CustomResourceDefinitions have in common.
import { Buffer } from 'node:buffer';
import { X509Certificate } from 'node:crypto';
import { dns1123Subdomain, type FieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ServiceReference, WebhookClientConfig } from '../../generated/types.ts';
import { between } from './basics.ts';

const FORM = '; desired format: https://host[/path]';

/** `at` is where the configuration is. Of the url and the service one must be there. */
export function checkWebhookTarget({ url, service }: WebhookClientConfig, at: FieldPath, out: Cause[]): void {
  if ((url === undefined) === (service === undefined)) out.push(required(at, 'exactly one of url or service is required'));
  else if (url !== undefined) checkUrl(url, at.child('url'), out);
  else if (service) checkService(service, at.child('service'), out);
}

function checkUrl(text: string, at: FieldPath, out: Cause[]): void {
  const url = URL.parse(text.includes('://') ? text : `none://${text}`);
  if (!url) {
    out.push(required(at, `url must be a valid URL: parse ${JSON.stringify(text)}: invalid URL${FORM}`));
    return;
  }
  const scheme = url.protocol === 'none:' ? '' : url.protocol.slice(0, -1);
  if (scheme !== 'https') out.push(invalidValue(at, scheme, `'https' is the only allowed URL scheme${FORM}`));
  if (scheme === '' || url.host === '') out.push(invalidValue(at, '', `host must be provided${FORM}`));
  if (url.username !== '') out.push(invalidValue(at, url.username, 'user information is not permitted in the URL'));
  if (url.hash !== '') out.push(invalidValue(at, url.hash.slice(1), 'fragments are not permitted in the URL'));
  if (url.search !== '') out.push(invalidValue(at, url.search.slice(1), 'query parameters are not permitted in the URL'));
}

function checkService({ name, namespace, port, path }: Partial<ServiceReference>, at: FieldPath, out: Cause[]): void {
  if (!name) out.push(required(at.child('name'), 'service name is required'));
  if (!namespace) out.push(required(at.child('namespace'), 'service namespace is required'));
  const portProblems: Cause[] = [];
  between(port ?? 0, 1, 65_535, at.child('port'), portProblems);
  if (portProblems.length > 0) {
    out.push(invalidValue(at.child('port'), port, 'port is not valid: must be between 1 and 65535, inclusive'));
  }
  checkPath(path ?? '', at.child('path'), out);
}

function checkPath(path: string, at: FieldPath, out: Cause[]): void {
  if (path === '' || path === '/') return;
  if (!path.startsWith('/')) out.push(invalidValue(at, path, "must start with a '/'"));
  const steps = path === '//' ? [''] : path.slice(1).replace(/\/$/, '').split('/');
  steps.forEach((step, i) => {
    if (step === '') out.push(invalidValue(at, path, `segment[${i}] may not be empty`));
    else for (const problem of dns1123Subdomain(step)) out.push(invalidValue(at, path, `segment[${i}]: ${problem}`));
  });
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
