import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, FilesError, makeDiskFiles } from '@kubernats/files';
import {
  cleanPath,
  type NodeLink,
  NodeLinkError,
  type NodePath,
  nodeLinksSchema,
  parseNodePath,
  placeOf,
  textOf,
} from '@kubernats/kubelet-sim/links';
import { namesOfGroups } from '@kubernats/kubelet-sim/shape';
import { Failure } from '../failure.ts';
import { readJsonFile, writeJsonFile } from '../state/json-file.ts';
import type { ClusterPaths } from '../state/paths.ts';
import { readSettings } from '../state/settings.ts';
import { runningCluster } from '../state/supervisor-file.ts';
import { groupsOf } from './node-settings.ts';

/** The disks of a cluster's nodes, whether it runs or not, and which of their paths are linked. Everything throws `Failure`s. */
export class NodeDisks {
  readonly #paths: ClusterPaths;
  readonly #nodes: readonly string[];

  constructor(paths: ClusterPaths) {
    if (!existsSync(paths.settingsFile)) throw new Failure(`cluster ${paths.cluster} has no nodes yet. Start it with: ./kubernats up`);
    this.#paths = paths;
    this.#nodes = runningCluster(paths)?.nodes ?? namesOfGroups(groupsOf(readSettings(paths)), paths.settingsFile).flat();
  }

  get links(): NodeLink[] {
    return readJsonFile(this.#paths.linksFile, nodeLinksSchema) ?? [];
  }

  set links(links: NodeLink[]) {
    writeJsonFile(this.#paths.linksFile, links);
  }

  /** `node1:/data` as a path of a node that there is. */
  parse(text: string): NodePath {
    const place = told(() => parseNodePath(text));
    this.#check(place.node);
    return place;
  }

  /** Makes a folder, unless there is something. Returns its place on the machine's own disk, where links have been followed. */
  async make(node: string, path: string): Promise<string> {
    this.#check(node);
    const place = placeOf(this.links, { node, path: told(() => cleanPath(path)) });
    const disk = this.#disk(place.node);
    return filesTold(place, async () => {
      if (!(await disk.stat(place.path))) await disk.mkdir(place.path, { recursive: true, mode: 0o755 });
      return disk.scope(place.path).hostPath ?? place.path;
    });
  }

  /** Makes a folder of one node's own disk, and returns its path there without links. */
  async makeOwn({ node, path }: NodePath): Promise<NodePath> {
    const disk = this.#disk(node);
    return filesTold({ node, path }, async () => {
      await disk.mkdir(path, { recursive: true, mode: 0o755 });
      return { node, path: await disk.realpath(path) };
    });
  }

  #check(node: string): void {
    if (this.#nodes.includes(node)) return;
    throw new Failure(`cluster ${this.#paths.cluster} has no node ${node}. It has: ${this.#nodes.join(', ')}`);
  }

  #disk(node: string): Files {
    return makeDiskFiles(join(this.#paths.nodes, node));
  }
}

/** What is wrong with a path or a link is a Failure. */
export function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof NodeLinkError ? new Failure(error.message) : error;
  }
}

async function filesTold<T>(place: NodePath, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FilesError)) throw error;
    const isInTheWay = error.code === 'EEXIST' || error.code === 'ENOTDIR';
    throw new Failure(isInTheWay ? `${textOf(place)}: something that is no folder is in the way` : `${textOf(place)}: ${error.message}`);
  }
}
