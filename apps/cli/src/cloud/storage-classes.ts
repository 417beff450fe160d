import { type StorageClass, StorageClasses } from '@kubernats/api';
import { createClient, httpsTransport } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { isAlreadyExists, StatusError } from '@kubernats/errors';
import { Failure } from '../failure.ts';
import { readUserFile } from '../nodes/user-file.ts';
import { readKubeconfig } from '../trace/kubeconfig.ts';

const storageClass = (name: string, rest: Partial<StorageClass> & Pick<StorageClass, 'provisioner'>): StorageClass => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name, labels: { 'addonmanager.kubernetes.io/mode': 'EnsureExists' } },
  reclaimPolicy: 'Delete',
  allowVolumeExpansion: true,
  ...rest,
});

const standard = storageClass('standard', { provisioner: 'block.kubernats.dev', volumeBindingMode: 'WaitForFirstConsumer' });

/** What a cloud has from the start: disks, which claims get that name no class, and network shares. */
const CLASSES: readonly StorageClass[] = [
  { ...standard, metadata: { ...standard.metadata, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } },
  storageClass('shared', { provisioner: 'shared.kubernats.dev', volumeBindingMode: 'Immediate' }),
];

/** Makes the classes of a cloud that are not there yet; what an administrator made of them stays. */
export async function ensureStorageClasses(kubeconfig: string): Promise<void> {
  const { url, ca, cert, key } = readKubeconfig(kubeconfig, readUserFile);
  using api = httpsTransport({ url, ca, cert, key, userAgent: 'kubernats-cloud', clock: realClock, random: realRandom });
  const kind = createClient(api, { fieldManager: 'kubernats-cloud' }).kind(StorageClasses);
  for (const each of CLASSES) {
    try {
      await kind.create(each);
    } catch (error) {
      if (isAlreadyExists(error)) continue;
      throw error instanceof StatusError ? new Failure(`StorageClass ${each.metadata?.name} cannot be made: ${error.message}`) : error;
    }
  }
}
