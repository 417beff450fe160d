/** What the processes of a cluster hold of the machine, apart from what they need for themselves. */
export interface Inventory {
  /** TCP sockets that listen on addresses of Pods. */
  podSockets: readonly { ip: string; port: number }[];
  /** TCP sockets that listen on cluster IPs. */
  serviceSockets: readonly { ip: string; port: number }[];
  /** TCP ports of nodes out of the range of node ports. */
  nodePorts: readonly { node: string; port: number }[];
  /** Folders that a kubelet made for Pods. */
  podFolders: readonly { node: string; uid: string }[];
  /** Volumes that are mounted on a node, and the UIDs of the Pods for which they are. */
  mounts: readonly { node: string; volume: string; pods: readonly string[] }[];
  /** The storage behind PersistentVolumes that were provisioned. */
  storage: readonly { volume: string; where: string }[];
}
