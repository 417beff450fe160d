import { goQuote } from '@kubernats/apimachinery';
import { EvaluationError } from '../values/errors.ts';
import { ArrayList, EntriesMap, keyText, OpaqueValue, type Value } from '../values/values.ts';
import { reading, traversal } from './cost.ts';
import { type Overload, opaqueNamed, overload } from './signature.ts';

interface Parts {
  scheme: string;
  host: string;
  path: string;
  query: string;
}

class UrlValue extends OpaqueValue {
  readonly type = opaqueNamed('URL');
  readonly parts: Parts;
  readonly text: string;

  constructor(parts: Parts, text: string) {
    super();
    this.parts = parts;
    this.text = text;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof UrlValue && other.text === this.text;
  }
}

const SHAPE = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):(?=\/))?(?:\/\/(?:[^/?@]*@)?([^/?]*))?(\/[^?]*)?(?:\?(.*))?$/s;
const HOST = /^(?:\[[0-9a-fA-F:.%]+\]|[^\s<>"[\]:\\^`{|}]*)(?::\d*)?$/;

/** What Go's url.ParseRequestURI reads: an absolute URL, or a path from the root on. Undefined: the text is none. */
function partsOf(text: string): Parts | undefined {
  if (text === '' || /[\x00-\x1f\x7f]/.test(text)) return undefined;
  const match = SHAPE.exec(text);
  const [, scheme = '', host, path = '', query = ''] = match ?? [];
  if (!match || (scheme === '' && (host !== undefined || path === ''))) return undefined;
  if (!HOST.test(host ?? '') || /%(?![0-9a-fA-F]{2})/.test(path)) return undefined;
  return { scheme: scheme.toLowerCase(), host: host ?? '', path, query };
}

function url(text: string): UrlValue {
  const parts = partsOf(text);
  if (!parts) throw new EvaluationError(`URL parse error during conversion from string: parse ${goQuote(text)}: invalid URI for request`);
  return new UrlValue(parts, text);
}

const PORT = /:(\d*)$/;
const hostname = (host: string): string => host.replace(PORT, '').replace(/^\[(.*)\]$/, '$1');

/** As Go writes a path: what may not stand in one is escaped. */
const escapedPath = (path: string): string => path.replace(/[^A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]%]/gu, (char) => encodeURIComponent(char));

function query(text: string): EntriesMap {
  const values = new Map<string, [Value, Value[]]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const key = keyText(name) ?? '';
    const known = values.get(key);
    if (known) known[1].push(value);
    else values.set(key, [name, [value]]);
  }
  return new EntriesMap(new Map(Array.from(values, ([key, [name, all]]) => [key, [name, new ArrayList(all)]])));
}

const accessor = (name: string, read: (parts: Parts) => Value, result = 'string'): Overload =>
  overload(
    `URL.${name}(): ${result}`,
    ({ parts }: UrlValue) => read(parts),
    (value) => traversal((value as UrlValue).text),
  );

/** Kubernetes' URL library. */
export const urls: readonly Overload[] = [
  overload('url(string): URL', url, reading),
  overload('isURL(string): bool', (text: string) => partsOf(text) !== undefined, reading),
  accessor('getScheme', ({ scheme }) => scheme),
  accessor('getHost', ({ host }) => host),
  accessor('getHostname', ({ host }) => hostname(host)),
  accessor('getPort', ({ host }) => PORT.exec(host)?.[1] ?? ''),
  accessor('getEscapedPath', ({ path }) => escapedPath(path)),
  accessor('getQuery', (parts) => query(parts.query), 'map<string, list<string>>'),
];
