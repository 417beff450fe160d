import * as z from 'zod';

const nodePath = z.object({ node: z.string(), path: z.string().startsWith('/') });

/** A path of a node: absolute, without `.`, `..` and links in it. */
export type NodePath = z.infer<typeof nodePath>;

const nodeLink = z.object({ at: nodePath, shows: nodePath });

/** A path of one node that a person has joined to one of another node: at `at` the node shows what lies at `shows`, as `mount --bind` would. */
export type NodeLink = z.infer<typeof nodeLink>;

/** The file of all links of a cluster. */
export const nodeLinksSchema = z.array(nodeLink);

/** The link cannot be made; the message says why. */
export class NodeLinkError extends Error {
  override readonly name = 'NodeLinkError';
}

/** `node1:/data` → its parts. Throws `NodeLinkError`. */
export function parseNodePath(text: string): NodePath {
  const [, node = '', path = ''] = /^([^:/]+):(\/.*)$/.exec(text) ?? [];
  if (node === '') throw new NodeLinkError(`${text}: a path of a node is written NODE:/path, such as node1:/data`);
  return { node, path: cleanPath(path) };
}

/** An absolute path without what means nothing. Throws `NodeLinkError`. */
export function cleanPath(path: string): string {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (!path.startsWith('/')) throw new NodeLinkError(`${path}: must be an absolute path`);
  if (names.includes('..')) throw new NodeLinkError(`${path}: must not contain '..'`);
  if (path.includes('\0')) throw new NodeLinkError('a path cannot hold a zero byte');
  return `/${names.join('/')}`;
}

/** Where the bytes of a path lie, when links are followed. */
export function placeOf(links: readonly NodeLink[], place: NodePath): NodePath {
  const link = links.filter(({ at }) => at.node === place.node && isWithin(place.path, at.path)).sort((a, b) => depth(b) - depth(a))[0];
  if (!link) return place;
  return { node: link.shows.node, path: join(link.shows.path, place.path.slice(link.at.path.length)) };
}

/** The links with one more. Of a path that is itself a link it shows what that shows. Throws `NodeLinkError`. */
export function withLink(links: readonly NodeLink[], source: NodePath, at: NodePath): NodeLink[] {
  const shows = placeOf(links, source);
  if (at.path === '/') throw new NodeLinkError(`${textOf(at)}: the whole of a node cannot be a link`);
  if (shows.node === at.node) throw new NodeLinkError(`${textOf(shows)} and ${textOf(at)} are of one node: a hostPath reaches both`);
  const taken = links.find((link) => link.at.node === at.node && (isWithin(at.path, link.at.path) || isWithin(link.at.path, at.path)));
  if (taken) {
    throw new NodeLinkError(
      `${textOf(taken.at)} is linked already, to ${textOf(taken.shows)}: take that away first, with ./kubernats node unlink ${textOf(taken.at)}`,
    );
  }
  return [...links, { at, shows }];
}

/** The links without the one at a path. Throws `NodeLinkError`. */
export function withoutLink(links: readonly NodeLink[], at: NodePath): NodeLink[] {
  const left = links.filter((link) => textOf(link.at) !== textOf(at));
  if (left.length < links.length) return left;
  const known = links.map((link) => textOf(link.at));
  throw new NodeLinkError(`${textOf(at)} is not linked. ${known.length > 0 ? `Linked are: ${known.join(', ')}` : 'Nothing is'}`);
}

export const textOf = ({ node, path }: NodePath): string => `${node}:${path}`;

const isWithin = (path: string, folder: string): boolean => folder === '/' || path === folder || path.startsWith(`${folder}/`);
const depth = ({ at }: NodeLink): number => at.path.length;
const join = (folder: string, rest: string): string => `${folder}${rest}`.replace(/^\/\//, '/');
