export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];

/** The annotation that came before the field, and still counts. */
export const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

interface Classed {
  metadata?: { annotations?: Record<string, string> };
  spec?: { storageClassName?: string };
}

/** The name of a volume's or claim's StorageClass; '' when it has none. */
export const classOf = ({ metadata, spec }: Classed): string => metadata?.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? '';

/** Whether it says which class it wants, or that it wants none ('' is said, too). A claim that does not may be given the default class. */
export const namesClass = ({ metadata, spec }: Classed): boolean =>
  metadata?.annotations?.[CLASS_ANNOTATION] !== undefined || spec?.storageClassName !== undefined;

/** What Kubernetes says of the older way. */
export const classAnnotationWarnings = (metadata: Classed['metadata']): string[] =>
  metadata?.annotations?.[CLASS_ANNOTATION] === undefined
    ? []
    : [`metadata.annotations[${CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead`];
