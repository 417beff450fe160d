import { nodeGroup } from '@kubernats/kubelet-sim/shape';
import * as z from 'zod';
import { ADDON_NAMES } from '../addons/addons.ts';
import { shapeSchema } from '../nodes/shape-flags.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import type { ClusterPaths } from './paths.ts';

const schema = z.object({
  nodes: z.number().int().min(0).max(10_000),
  port: z.number().int().min(1).max(65_535).optional(),
  durability: z.enum(['default', 'power']),
  images: z.string().optional(),
  storageBackends: z.string().optional(),
  schedulerPlugins: z.string().optional(),
  /** What is written of requests, and where. */
  audit: z.object({ policyFile: z.string(), logPath: z.string() }).optional(),
  /** The file of static tokens. */
  tokenAuthFile: z.string().optional(),
  /** Where clients outside of the cluster reach node ports and load balancers. */
  exposeAddress: z.string().optional(),
  /** Where other machines reach the cluster. Absent: it is on this machine's loopback addresses. */
  address: z.string().optional(),
  natsPort: z.number().int().optional(),
  /** From a file of nodes: these, and not so many. */
  nodeGroups: z.array(nodeGroup).optional(),
  nodeShape: shapeSchema.optional(),
  /** The add-ons that run. */
  addons: z.array(z.enum(ADDON_NAMES)).optional(),
});

/** What a cluster was started with: the next `up` goes on with it where no flag says otherwise. */
export type Settings = z.infer<typeof schema>;

export const DEFAULTS: Settings = { nodes: 3, durability: 'default' };

export const readSettings = (paths: ClusterPaths): Settings => readJsonFile(paths.settingsFile, schema) ?? DEFAULTS;

export const writeSettings = (paths: ClusterPaths, settings: Settings): void => writeJsonFile(paths.settingsFile, settings);
