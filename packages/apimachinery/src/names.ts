/**
 * Checks of names and short texts. Each returns what is wrong, worded as Kubernetes words it; an empty list means valid.
 * Source: RFC 1035, RFC 1123, and Kubernetes' page "Object Names and IDs" / "Labels and Selectors".
 * A text that is left out is an empty one.
 */
type Check = (value?: string) => string[];

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

const mustNotBeEmpty = 'must be non-empty';
const maxLength = (max: number): string => `must be no more than ${max} bytes`;
const range = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;

function pattern(source: string, message: string, ...examples: string[]): { regex: RegExp; message: string } {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  const eg = examples.length === 0 ? ' (' : ` (e.g. ${shown}`;
  return { regex: new RegExp(`^${source}$`), message: `${message}${eg}regex used for validation is '${source}')` };
}

/** Length in UTF-8 bytes, as Go counts it. */
function byteLength(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function check(maxBytes: number, { regex, message }: { regex: RegExp; message: string }): Check {
  return (value = '') => {
    const long = value.length * 3 > maxBytes && byteLength(value) > maxBytes;
    // Too long a value is not matched: its length is refused anyway, and no regular expression shall meet megabytes.
    const fits = value.length > 4 * maxBytes || regex.test(value);
    return long ? (fits ? [maxLength(maxBytes)] : [maxLength(maxBytes), message]) : fits ? [] : [message];
  };
}

const LABEL_PATTERN = pattern(
  LABEL,
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  'my-name',
  '123-abc',
);
const label = check(63, LABEL_PATTERN);

/** A DNS label: the names of Pods' containers, namespaces. What would be a DNS name is told so in short. */
export const dns1123Label: Check = (value = '') => {
  const problems = label(value);
  const isName = problems.includes(LABEL_PATTERN.message) && dns1123Subdomain(value).length === 0;
  return isName ? problems.map((problem) => (problem === LABEL_PATTERN.message ? 'must not contain dots' : problem)) : problems;
};

/** A DNS name: the names of most objects. */
export const dns1123Subdomain: Check = check(
  253,
  pattern(
    SUBDOMAIN,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    'example.com',
  ),
);

const LABEL_WITH_UNDERSCORE = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';

/** The same, with labels that begin with an underscore as those of SRV records do: search domains. */
export const dns1123SubdomainWithUnderscore: Check = check(
  253,
  pattern(
    `${LABEL_WITH_UNDERSCORE}(\\.${LABEL_WITH_UNDERSCORE})*`,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    'example.com',
  ),
);

/** A DNS label that begins with a letter: the names of Services. */
export const dns1035Label: Check = check(
  63,
  pattern(
    '[a-z]([-a-z0-9]*[a-z0-9])?',
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    'my-name',
    'abc-123',
  ),
);

export const wildcardDns1123Subdomain: Check = check(
  253,
  pattern(
    `\\*\\.${SUBDOMAIN}`,
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    '*.example.com',
  ),
);

const qualifiedPart = pattern(
  QUALIFIED,
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  'MyName',
  'my.name',
  '123-abc',
);
const qualifiedPartCheck = check(63, qualifiedPart);

/** The key of a label, a taint, a resource or a condition: `[prefix/]name`. */
export const qualifiedName: Check = (value = '') => {
  const slash = value.indexOf('/');
  if (slash !== -1 && value.includes('/', slash + 1)) {
    return [`a qualified name ${qualifiedPart.message} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const problems: string[] = [];
  if (slash === 0) problems.push(`prefix part ${mustNotBeEmpty}`);
  if (slash > 0) problems.push(...dns1123Subdomain(value.slice(0, slash)).map((problem) => `prefix part ${problem}`));
  const name = value.slice(slash + 1);
  if (name === '') problems.push(`name part ${mustNotBeEmpty}`);
  problems.push(...qualifiedPartCheck(name).map((problem) => `name part ${problem}`));
  return problems;
};

/** The value of a label; may be empty. */
export const labelValue: Check = check(
  63,
  pattern(
    `(${QUALIFIED})?`,
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    'MyValue',
    'my_value',
    '12345',
  ),
);

/** A C identifier, such as a reference to a container's environment variable. */
export const cIdentifier: Check = check(
  Number.MAX_SAFE_INTEGER,
  pattern(
    '[A-Za-z_][A-Za-z0-9_]*',
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
    'my_name',
    'MY_NAME',
    'MyName',
  ),
);

/** The name of an environment variable, as loose as Kubernetes 1.34 and later. */
export const envVarName: Check = (value = '') => {
  if (value === '') return [`environment variable name ${mustNotBeEmpty}`];
  return /^[ -<>-~]*$/.test(value)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
};

const configKey = check(
  253,
  pattern(
    '[-._a-zA-Z0-9]+',
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    'key.name',
    'KEY_NAME',
    'key-name',
  ),
);

/** A key of a ConfigMap or Secret: it becomes a file's name. */
export const configMapKey: Check = (value = '') => {
  const problems = configKey(value);
  if (value === '.') problems.push("must not be '.'");
  else if (value === '..') problems.push("must not be '..'");
  else if (value.startsWith('..')) problems.push("must not start with '..'");
  return problems;
};

/** The name of a port (an IANA service name). */
export const portName: Check = (value = '') => {
  const problems: string[] = [];
  if (value.length > 15) problems.push(maxLength(15));
  if (!/^[-a-z0-9]+$/.test(value)) problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) problems.push('must contain at least one letter (a-z)');
  if (value.includes('--')) problems.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
};

/** The name of an object that may be anything but what would change the meaning of a URL (RBAC kinds). */
export const pathSegmentName: Check = (value = '') => {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((char) => value.includes(char)).map((char) => `may not contain '${char}'`);
};

/** The start of a name, as `generateName` is: what `pathSegmentName` forbids inside it. */
export const pathSegmentPrefix: Check = (value = '') =>
  ['/', '%'].filter((char) => value.includes(char)).map((char) => `may not contain '${char}'`);

export const httpHeaderName: Check = check(
  Number.MAX_SAFE_INTEGER,
  pattern('[-A-Za-z0-9]+', "a valid HTTP header must consist of alphanumeric characters or '-'", 'X-Header-Name'),
);

export const percent: Check = check(
  Number.MAX_SAFE_INTEGER,
  pattern('[0-9]+%', "a valid percent string must be a numeric string followed by an ending '%'", '1%', '93%'),
);

export const portNumber = (value: number): string[] => inRange(value, 1, 65_535);

/** Whether an integer is in [low, high]. */
export function inRange(value: number, low: number, high: number): string[] {
  return Number.isInteger(value) && value >= low && value <= high ? [] : [range(low, high)];
}
