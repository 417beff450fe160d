import { dns1035Label, dns1123Label, dns1123Subdomain, labelValue, qualifiedName } from '@kubernats/apimachinery';
import { timestampOf } from '../values/time.ts';
import { ArrayList, NONE, OpaqueValue, Optional } from '../values/values.ts';
import { traversal } from './cost.ts';
import { type Overload, opaqueNamed, overload } from './signature.ts';

/** What is wrong with a text; nothing: it has the format. */
type Check = (text: string) => string[];

class FormatValue extends OpaqueValue {
  readonly type = opaqueNamed('Format');
  readonly name: string;
  readonly check: Check;

  constructor(name: string, check: Check) {
    super();
    this.name = name;
    this.check = check;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof FormatValue && other.name === this.name;
  }
}

const matching =
  (shape: RegExp, problem: string): Check =>
  (text) =>
    shape.test(text) ? [] : [problem];

/** A prefix may end with a dash, as what is put after it may not begin with one. */
const prefix =
  (check: Check): Check =>
  (text) =>
    check(text.endsWith('-') ? `${text.slice(0, -1)}a` : text);

function isTimestamp(text: string): boolean {
  try {
    timestampOf(text);
    return /[Tt]/.test(text);
  } catch {
    return false;
  }
}

const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && isTimestamp(`${text}T00:00:00Z`);

const FORMATS: Readonly<Record<string, Check>> = {
  dns1123Label,
  dns1123Subdomain,
  dns1035Label,
  qualifiedName,
  dns1123LabelPrefix: prefix(dns1123Label),
  dns1123SubdomainPrefix: prefix(dns1123Subdomain),
  dns1035LabelPrefix: prefix(dns1035Label),
  labelValue,
  uri: matching(/^(?:[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^\s/?#]+|\/)[^\s]*$/, 'invalid URI for request'),
  uuid: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i, 'does not match the UUID format'),
  byte: matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'invalid base64'),
  date: (text) => (isDate(text) ? [] : ['invalid date']),
  datetime: (text) => (isTimestamp(text) ? [] : ['invalid datetime']),
};

function validate({ check }: FormatValue, text: string): Optional {
  const problems = check(text);
  return problems.length === 0 ? NONE : new Optional(new ArrayList(problems));
}

function named(name: string): Optional {
  const check = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  return check ? new Optional(new FormatValue(name, check)) : NONE;
}

/** Kubernetes' format library. */
export const formats: readonly Overload[] = [
  overload('format::named(string): optional<Format>', named),
  overload('Format.validate(string): optional<list<string>>', validate, (_, text) => Math.max(1, traversal(text)) * 2),
  ...Object.entries(FORMATS).map(([name, check]) => overload(`format::${name}(): Format`, () => new FormatValue(name, check))),
];
