/** What the build puts in place of the name; a run from the sources has none. */
declare const __KUBERNATS_BUILD__:
  | { commit: string; treeState: 'clean' | 'dirty'; date: string; platform: string; node: string }
  | undefined;

const FROM_SOURCES = { commit: 'unknown', treeState: 'dirty', date: '1970-01-01T00:00:00Z', platform: 'linux/amd64', node: 'node' };
const build = typeof __KUBERNATS_BUILD__ === 'undefined' ? FROM_SOURCES : __KUBERNATS_BUILD__;

/** What this server says of itself: the Kubernetes it stands for, and kubernats' own build. */
export const KUBERNETES_VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.0+kubernats',
  gitCommit: build.commit,
  gitTreeState: build.treeState,
  buildDate: build.date,
  goVersion: build.node,
  compiler: 'typescript',
  platform: build.platform,
};
