const RESERVED = 'csi.storage.k8s.io/';
const FS_TYPE = `${RESERVED}fstype`;

const OPERATIONS = ['provisioner', 'controller-publish', 'node-stage', 'node-publish', 'controller-expand', 'node-expand'];
/** What the provisioner takes out before the driver sees the rest. Source: the external-provisioner's StorageClass parameters. */
const KNOWN = new Set([
  FS_TYPE,
  ...OPERATIONS.flatMap((operation) => [`${RESERVED}${operation}-secret-name`, `${RESERVED}${operation}-secret-namespace`]),
]);

export interface SortedParameters {
  /** The back end's own. */
  own: Record<string, string>;
  fsType: string | undefined;
  /** What has no effect here: there are neither file systems to choose from nor credentials to give. */
  withoutEffect: string[];
  /** In the provisioner's own namespace, and unknown to it. */
  unknown: string | undefined;
}

/** Sorts a class's parameters by who they are for. */
export function sortParameters(parameters: Readonly<Record<string, string>> = {}): SortedParameters {
  const reserved = Object.keys(parameters).filter((key) => key.startsWith(RESERVED));
  return {
    own: Object.fromEntries(Object.entries(parameters).filter(([key]) => !key.startsWith(RESERVED))),
    fsType: parameters[FS_TYPE],
    withoutEffect: reserved.filter((key) => KNOWN.has(key)).sort(),
    unknown: reserved.find((key) => !KNOWN.has(key)),
  };
}
