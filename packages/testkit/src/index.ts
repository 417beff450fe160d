export type { Manifest } from './apply.ts';
export type { TestClusterOptions } from './options.ts';
export { startCluster, type TestCluster } from './start-cluster.ts';
export type { WaitOptions } from './wait-for.ts';
