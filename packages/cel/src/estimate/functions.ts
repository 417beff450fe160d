import type { Type } from '../language/types.ts';
import type { Overload } from '../library/signature.ts';
import { exactly, ONE, plus, type Range, scaled, times } from './range.ts';

/** An argument of a call. */
export interface Operand {
  type: Type;
  /** Characters, bytes, elements. */
  size: Range;
  /** The size of each of its elements, as far as the schema says it. */
  elementSize(): Range;
  /** Its value, where that stands in the expression. */
  literal: unknown;
}

/** One way to call a function: the operands are those of the overload's parameters. */
export interface Call {
  overload: Overload;
  operands: readonly Operand[];
}

/** What a call costs beside its arguments, and how large its result is; without a size that follows from the result's type, or nobody knows it. */
export interface CallEstimate {
  cost: Range;
  size?: Range;
}

type Estimator = (first: Operand, second: Operand, third: Operand, call: Call) => CallEstimate;

/** Looking at ten characters costs one unit, and four characters of a pattern are one step of it. */
const TRAVERSAL = 0.1;
const PATTERN = 0.25;
/** What an access check costs: an expression can pay for two. */
const CHECK = exactly(350_000);
/** The longest pattern among the named formats, and the longest name of one. */
const FORMAT_PATTERN_LENGTH = 128;
const FORMAT_NAME_LENGTH = 64;
/** A selector is a list of requirements, each of two characters at least and of a struct with a list. */
const SELECTOR_COST = 10;
const REQUIREMENT_COST = 50;
/** An address in bytes. */
const ADDRESS: Range = { min: 4, max: 16 };

const traversed = (size: Range): Range => scaled(size, TRAVERSAL);
const walk: Estimator = ({ size }) => ({ cost: traversed(size) });
const walkKeeping: Estimator = ({ size }) => ({ cost: traversed(size), size });
const walkTwice: Estimator = ({ size }) => ({ cost: scaled(size, 2 * TRAVERSAL) });
const walkSecond: Estimator = (_, { size }) => ({ cost: traversed(size) });

/** An empty text costs something too: the pattern has to be looked at. */
const matched = (text: Range, pattern: Range): Range => times(traversed(plus(text, ONE)), scaled(pattern, PATTERN));

const isText = ({ kind }: Type): boolean => kind === 'string' || kind === 'bytes';

const eachElement: Estimator = (list) => {
  if (list.type.kind !== 'list') return { cost: traversed(list.size) };
  const element = isText(list.type.element) ? plus(ONE, traversed(list.elementSize())) : ONE;
  return { cost: times(list.size, element) };
};

const join: Estimator = (list, separator) => {
  const separators = { min: Math.max(0, list.size.min - 1), max: Math.max(0, list.size.max - 1) };
  const between = separator ? times(separator.size, separators) : exactly(0);
  const size = plus(times(list.size, list.elementSize()), between);
  return { cost: traversed(size), size };
};

const find: Estimator = (text, pattern) => ({ cost: matched(text.size, pattern.size), size: { min: 0, max: text.size.max } });

const split: Estimator = (text, _, limit) => ({
  cost: scaled(text.size, 2 * TRAVERSAL),
  size: { min: 0, max: typeof limit?.literal === 'bigint' ? Number(limit.literal) : text.size.max },
});

const replace: Estimator = (text, sought, by) => ({
  cost: scaled(text.size, 2 * TRAVERSAL),
  size: {
    min: replacedLength(text.size.min, sought.size.max, by.size.min, sought.size.max <= by.size.min),
    max: replacedLength(text.size.max, sought.size.min, by.size.max, by.size.max <= sought.size.min),
  },
});

/** How long a text becomes at most, or at least. An empty text stands between all characters; `isKept`: no replacement makes it longer, or shorter. */
function replacedLength(length: number, sought: number, by: number, isKept: boolean): number {
  if (sought === 0) return (length + 1) * by + length;
  return isKept ? length : Math.ceil(length / sought) * by;
}

const compared: Estimator = (left, right) => {
  const max = Math.min(left.size.max, right.size.max);
  return { cost: traversed({ min: max > 0 ? 1 : 0, max }) };
};

const ordered: Estimator = (left, right, third, call) =>
  call.overload.parameters.every(isText) ? compared(left, right, third, call) : { cost: ONE };

const equality: Estimator = (left, right, third, call) => {
  if (left.type.kind !== 'opaque' || right.type.kind !== 'opaque' || left.type.name !== right.type.name) {
    return compared(left, right, third, call);
  }
  if (left.type.name === 'kubernetes.NamedFormat') return { cost: traversed({ min: 1, max: FORMAT_NAME_LENGTH }) };
  return { cost: left.type.name === 'kubernetes.URL' ? traversed({ min: 1, max: right.size.max }) : ONE };
};

const added: Estimator = (left, right, _, { overload }) => {
  const [first] = overload.parameters;
  const size = plus(left.size, right.size);
  if (first?.kind === 'list') return { cost: ONE, size };
  return first && isText(first) ? { cost: traversed(size), size } : { cost: ONE };
};

const contained: Estimator = (_, range, __, { overload }) => ({ cost: overload.parameters[1]?.kind === 'list' ? range.size : ONE });

const selector: Estimator = (_, { size }) => ({
  cost: plus(exactly(SELECTOR_COST), traversed(size), scaled(scaled(size, 0.5), REQUIREMENT_COST)),
});

/** Two addresses are compared; one that is a text is read before. */
const containsIp: Estimator = (_, other) => ({
  cost: plus(traversed(plus(ADDRESS, ADDRESS)), other.type.kind === 'string' ? traversed(other.size) : exactly(0)),
});
const containsCidr: Estimator = (network, other, third, call) => ({
  cost: plus(containsIp(network, other, third, call).cost, traversed(ADDRESS), ONE),
});

const validated: Estimator = (_, { size }) => ({ cost: scaled(traversed(size), FORMAT_PATTERN_LENGTH * PATTERN) });

const bytesOf: Estimator = ({ type, size }) =>
  type.kind === 'string' ? { cost: traversed(size), size: { min: size.min, max: size.max * 4 } } : { cost: ONE };
const textOf: Estimator = ({ type, size }) =>
  type.kind === 'bytes' ? { cost: traversed(size), size: { min: Math.floor(size.min / 4), max: size.max } } : { cost: ONE };
const quote: Estimator = ({ size }) => ({ cost: traversed(size), size: plus(exactly(2), { min: size.min, max: size.max * 2 }) });

/** Each with each. */
const product =
  (factor: number): Estimator =>
  (left, right) => ({ cost: plus(scaled(times(left.size, right.size), factor), ONE) });

/** Of a function that has the same name as a method, the one or the other. */
const asMethod =
  (estimator: Estimator): Estimator =>
  (first, second, third, call) =>
    call.overload.member ? estimator(first, second, third, call) : { cost: ONE };
const asFunction =
  (estimator: Estimator): Estimator =>
  (first, second, third, call) =>
    call.overload.member ? { cost: ONE } : estimator(first, second, third, call);

/** Functions that cost more, or less, than one unit. Source: cel-go's cost estimation, and kube-apiserver's of its own libraries. */
const ESTIMATORS: Readonly<Record<string, Estimator>> = {
  check: () => ({ cost: CHECK }),
  fieldSelector: selector,
  labelSelector: selector,
  isSorted: eachElement,
  sum: eachElement,
  max: eachElement,
  min: eachElement,
  indexOf: eachElement,
  lastIndexOf: eachElement,
  url: walkKeeping,
  lowerAscii: walkKeeping,
  upperAscii: walkKeeping,
  substring: walkKeeping,
  trim: walkKeeping,
  replace,
  split,
  join,
  find,
  findAll: find,
  ip: asFunction(walk),
  isIP: walk,
  cidr: walk,
  isCIDR: walk,
  quantity: walk,
  isQuantity: walk,
  semver: walk,
  isSemver: walk,
  'ip.isCanonical': walkTwice,
  containsIP: containsIp,
  containsCIDR: containsCidr,
  validate: validated,
  format: walk,
  bytes: bytesOf,
  string: textOf,
  'strings.quote': quote,
  startsWith: walkSecond,
  endsWith: walkSecond,
  matches: asMethod((text, pattern) => ({ cost: matched(text.size, pattern.size) })),
  contains: (text, sought) => ({ cost: times(traversed(text.size), traversed(sought.size)) }),
  'sets.contains': product(1),
  'sets.intersects': product(1),
  'sets.equivalent': product(2),
  '_+_': added,
  '_==_': equality,
  '_!=_': compared,
  '_<_': ordered,
  '_<=_': ordered,
  '_>_': ordered,
  '_>=_': ordered,
  '@in': contained,
};

/** What one way to call a function costs, without what its arguments cost. */
export function estimateCall(call: Call): CallEstimate {
  const { name } = call.overload;
  const [first, second, third] = call.operands as readonly [Operand, Operand, Operand];
  return Object.hasOwn(ESTIMATORS, name) && ESTIMATORS[name] ? ESTIMATORS[name](first, second, third, call) : { cost: ONE };
}

/** What is as large as its type, whatever its value is. */
export function isScalar(type: Type): boolean {
  return type.kind === 'optional' ? isScalar(type.of) : ['bool', 'double', 'duration', 'int', 'timestamp', 'uint'].includes(type.kind);
}
