/** What this server says of itself: the Kubernetes it stands for, and kubernats' own build. */
export const KUBERNETES_VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.0+kubernats',
  gitCommit: 'unknown',
  gitTreeState: 'clean',
  buildDate: '2026-11-24T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'kubernats/typescript',
};
