export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];

/** The annotation that came before the field, and still counts. */
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

interface Classed {
  metadata?: { annotations?: Record<string, string> };
  spec?: { storageClassName?: string };
}

/** The name of a volume's or claim's StorageClass; '' when it has none. */
export const classOf = ({ metadata, spec }: Classed): string => metadata?.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? '';
