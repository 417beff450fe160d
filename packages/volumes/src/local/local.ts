import { volumePath } from '../node-disk.ts';
import { honouredParameters, type KnownParameters, withoutEffect } from '../parameters.ts';
import { BackendError, type StorageBackend } from '../port.ts';

const PARAMETERS: KnownParameters = {
  honoured: [],
  withoutEffect: ['nodePath', 'pathPattern', 'allowUnsafePathPattern', 'kind', 'fsType'],
};

/**
 * A node's own disk: paths that somebody has prepared there (`path` and `type` among the attributes), and volumes that are made in the node's folder for
 * them (`node`). Source: Kubernetes, "Volumes", "local" and "hostPath".
 */
export const localBackend: StorageBackend = {
  name: 'local',
  drivers: [
    'rancher.io/local-path',
    'hostpath.csi.k8s.io',
    'microk8s.io/hostpath',
    'k8s.io/minikube-hostpath',
    'docker.io/hostpath',
    'topolvm.io',
    'topolvm.cybozu.com',
    'local.csi.openebs.io',
    'openebs.io/local',
  ],
  traits: { attach: false, onNode: true, accessModes: ['ReadWriteOnce', 'ReadWriteOncePod'], expansion: 'online' },
  parametersWithoutEffect: (parameters) => withoutEffect(parameters, PARAMETERS),

  async create({ name, capacityBytes, parameters, node }, side) {
    honouredParameters('local', parameters, PARAMETERS);
    if (node === undefined) {
      throw new BackendError('no node was specified: a volume of a node needs a class with volumeBindingMode WaitForFirstConsumer');
    }
    await side.node(node).make(name);
    return { handle: name, attributes: { node }, capacityBytes, node };
  },
  async delete({ handle, attributes: { node } }, side) {
    if (node === undefined) throw new BackendError(`volume "${handle}" was made by hand: it must be removed by hand, too`);
    await side.node(node).remove(handle);
  },
  // The size is the border that the node holds.
  expand: async () => ({ onNode: true }),
  async attach() {},
  async detach() {},
  async mount({ handle, attributes: { node, path, type = 'Directory' } }, side) {
    if (node !== undefined && node !== side.name) throw new BackendError(`volume "${handle}" lies on node "${node}"`);
    return side.path(path ?? volumePath(handle), type);
  },
  async unmount() {},
};
