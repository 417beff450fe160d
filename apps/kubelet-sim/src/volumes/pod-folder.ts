/** Where the Pods' own folders lie on the node; `podFolder` is one of them. */
export const PODS_FOLDER = '/var/lib/kubelet/pods';
export const podFolder = (uid: string): string => `${PODS_FOLDER}/${uid}`;
