import type { VolumeAttachment } from '@kubernats/api';

export const attacherFinalizer = (driver: string): string => `external-attacher/${sanitized(driver)}`;

/** As a driver's name stands in the names of finalizers: they take no dots, and end in a letter or digit. */
function sanitized(driver: string): string {
  const name = driver.replace(/[^a-zA-Z0-9-]/g, '-');
  return name.endsWith('-') ? `${name}X` : name;
}

/** What an attachment needs next from its back end. The finalizer says that it may have been attached: it is put on before, and taken off after. */
export function nextOf({ metadata, spec, status }: VolumeAttachment): 'attach' | 'detach' | 'nothing' {
  if (metadata?.deletionTimestamp === undefined) return status?.attached ? 'nothing' : 'attach';
  return metadata.finalizers?.includes(attacherFinalizer(spec?.attacher ?? '')) ? 'detach' : 'nothing';
}
