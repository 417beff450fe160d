import { assertDepth } from '../json.ts';
import { compareElements } from './path-element.ts';

/**
 * A set of fields in the wire form of `FieldsV1`, and its algebra. A node's keys are path elements (`f:name`,
 * `k:{"name":"a"}`, `v:"x"`); a node without keys, or with the key `.`, is a member of the set itself. Only at the root
 * does a node without keys mean the empty set. Sets are never changed, so that they share what they have in common.
 * Source: KEP 555 (server-side apply), "FieldsV1".
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

type MutableSet = { [element: string]: FieldSet };

/** A member without children. Frozen and shared: most nodes of any set are this one. */
export const LEAF: FieldSet = Object.freeze({});
/** The key that makes a node with children a member itself. */
export const SELF = '.';

export const emptySet: FieldSet = LEAF;

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

const isLeaf = isEmptySet;

function isMember(node: FieldSet): boolean {
  return Object.hasOwn(node, SELF) || isLeaf(node);
}

/** The fields of either set. Returns `a` itself when it has all of `b`. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  return unionOf(a, b, 0);
}

function unionOf(a: FieldSet, b: FieldSet, depth: number): FieldSet {
  assertDepth(depth);
  let result: MutableSet | undefined;
  let grown = false;
  for (const element of Object.keys(b)) {
    const ours = Object.hasOwn(a, element) ? a[element] : undefined;
    const theirs = b[element] ?? LEAF;
    const both = ours === undefined ? theirs : unionOfNodes(ours, theirs, depth + 1);
    if (both === ours) continue;
    result ??= { ...a };
    result[element] = both;
    grown ||= ours === undefined;
  }
  if (result === undefined) return a;
  return grown ? sorted(result) : result;
}

function unionOfNodes(a: FieldSet, b: FieldSet, depth: number): FieldSet {
  if (a === b) return a;
  if (isLeaf(b)) return asMember(a);
  return isLeaf(a) ? asMember(b) : unionOf(a, b, depth);
}

const asMember = (node: FieldSet): FieldSet => (isMember(node) ? node : { [SELF]: LEAF, ...node });

/** The fields of `a` that are not in `b`: exactly those, not what is below them. Returns `a` itself when none is. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return without(a, b, 0, differenceOfNodes) ?? emptySet;
}

/** The fields of `a` that are neither in `b` nor below a field of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return without(a, b, 0, (ours, theirs, depth) => (isMember(theirs) ? undefined : differenceOfBranches(ours, theirs, depth))) ?? emptySet;
}

function differenceOfBranches(a: FieldSet, b: FieldSet, depth: number): FieldSet | undefined {
  return without(a, b, depth, (ours, theirs, deeper) => (isMember(theirs) ? undefined : differenceOfBranches(ours, theirs, deeper)));
}

function differenceOfNodes(a: FieldSet, b: FieldSet, depth: number): FieldSet | undefined {
  if (isLeaf(a)) return isMember(b) ? undefined : a;
  return without(a, isLeaf(b) ? SELF_ONLY : b, depth, differenceOfNodes);
}

const SELF_ONLY: FieldSet = { [SELF]: LEAF };

type Subtract = (ours: FieldSet, theirs: FieldSet, depth: number) => FieldSet | undefined;

/** Subtracts node by node; undefined when nothing is left. */
function without(a: FieldSet, b: FieldSet, depth: number, subtract: Subtract): FieldSet | undefined {
  assertDepth(depth);
  let result: MutableSet | undefined;
  for (const element of Object.keys(b)) {
    if (!Object.hasOwn(a, element)) continue;
    const ours = a[element] ?? LEAF;
    const left = subtract(ours, b[element] ?? LEAF, depth + 1);
    if (left === ours) continue;
    result ??= { ...a };
    if (left === undefined) delete result[element];
    else result[element] = left;
  }
  return result === undefined ? a : normal(result);
}

/** A node of which only the member itself is left is a leaf; one of which nothing is left is no node. */
function normal(node: FieldSet): FieldSet | undefined {
  let others = false;
  for (const element in node) others ||= element !== SELF;
  if (others) return node;
  return Object.hasOwn(node, SELF) ? LEAF : undefined;
}

/** The fields that are in both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return intersectionOf(a, b, 0) ?? emptySet;
}

function intersectionOf(a: FieldSet, b: FieldSet, depth: number): FieldSet | undefined {
  assertDepth(depth);
  const result: MutableSet = {};
  for (const element of Object.keys(a)) {
    if (!Object.hasOwn(b, element)) continue;
    const both = intersectionOfNodes(a[element] ?? LEAF, b[element] ?? LEAF, depth + 1);
    if (both !== undefined) result[element] = both;
  }
  return normal(result);
}

function intersectionOfNodes(a: FieldSet, b: FieldSet, depth: number): FieldSet | undefined {
  if (isLeaf(a)) return isMember(b) ? LEAF : undefined;
  if (isLeaf(b)) return isMember(a) ? LEAF : undefined;
  return intersectionOf(a, b, depth);
}

/** The members that have no members below them: what a manager really sets. */
export function leavesOf(set: FieldSet): FieldSet {
  return without(set, set, 0, (ours, _theirs, depth) => leavesOfNode(ours, depth)) ?? emptySet;
}

function leavesOfNode(node: FieldSet, depth: number): FieldSet | undefined {
  if (isLeaf(node)) return node;
  const { [SELF]: self, ...children } = node;
  if (isLeaf(children)) return LEAF;
  const kept = self === undefined ? node : children;
  return without(kept, kept, depth, (ours, _theirs, deeper) => leavesOfNode(ours, deeper));
}

/** Whether both sets have the same fields. */
export function equalSets(a: FieldSet, b: FieldSet): boolean {
  return union(a, b) === a && union(b, a) === b;
}

/** Whether the path is a member of the set. */
export function hasField(set: FieldSet, path: readonly string[]): boolean {
  let node = set;
  for (const element of path) {
    const child = Object.hasOwn(node, element) ? node[element] : undefined;
    if (child === undefined) return false;
    node = child;
  }
  return path.length > 0 && isMember(node);
}

/** A node with its keys in Kubernetes' order. */
export function sorted(node: FieldSet): FieldSet {
  const elements = Object.keys(node);
  if (!sortElements(elements)) return node;
  const result: MutableSet = {};
  for (const element of elements) result[element] = node[element] ?? LEAF;
  return result;
}

/** Sorts in place and says whether anything moved; most lists come sorted. */
function sortElements(elements: string[]): boolean {
  for (let i = 1; i < elements.length; i++) {
    if (compareElements(elements[i - 1] ?? '', elements[i] ?? '') <= 0) continue;
    elements.sort(compareElements);
    return true;
  }
  return false;
}
