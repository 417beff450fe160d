import { dns1123Label, dns1123Subdomain, type FieldPath, goQuote, invalidValue, required, tooLong } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';

const LEGACY = 'kubernetes.io/legacy-unknown';
const DOMAIN_MAX = 253;
const NAME_MAX = 571;

/** A domain of at least two labels, and a path of one segment: `example.com/signer-name`. */
export function checkSignerName(name: string, at: FieldPath, out: Cause[]): void {
  if (name === LEGACY) {
    out.push(invalidValue(at, name, 'the legacy signerName is not allowed via this API version'));
    return;
  }
  if (name === '') {
    out.push(required(at));
    return;
  }
  const [domain = '', path = '', ...more] = name.split('/');
  if (!name.includes('/') || more.length > 0) {
    out.push(invalidValue(at, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'"));
    return;
  }
  if (domain.length > DOMAIN_MAX) out.push(tooLong(at, '', DOMAIN_MAX));
  checkLabels(domain, dns1123Label, at, out);
  if (!domain.includes('.')) out.push(invalidValue(at, domain, 'should be a domain with at least two segments separated by dots'));
  checkLabels(path, dns1123Subdomain, at, out);
  if (name.length > NAME_MAX) out.push(tooLong(at, '', NAME_MAX));
}

/** Of the parts between the dots the first that is wrong is told. */
function checkLabels(text: string, check: (label: string) => string[], at: FieldPath, out: Cause[]): void {
  const wrong = text.split('.').find((label) => check(label).length > 0);
  if (wrong === undefined) return;
  for (const problem of check(wrong)) out.push(invalidValue(at, text, `validating label ${goQuote(wrong)}: ${problem}`));
}
