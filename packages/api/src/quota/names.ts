// The names of what a ResourceQuota counts. Source: the concept "Resource Quotas".

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
/** A name without a prefix stands for the request. */
export const COMPUTE_RESOURCES: ReadonlySet<string> = new Set(COMPUTE.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]));
/** Of these each container must say something, once a quota counts them. */
export const MUST_BE_SAID: ReadonlySet<string> = new Set(['cpu', 'memory'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]));

const OBJECTS = ['configmaps', 'persistentvolumeclaims', 'pods', 'replicationcontrollers', 'resourcequotas', 'secrets', 'services'];
/** Counted under their own name as well as under `count/NAME`. */
export const COUNTED_OBJECTS: ReadonlySet<string> = new Set(OBJECTS);
const PIECES: ReadonlySet<string> = new Set([...OBJECTS, 'services.loadbalancers', 'services.nodeports']);

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-') || name.startsWith('requests.hugepages-');
export const isCompute = (name: string): boolean => COMPUTE_RESOURCES.has(name) || isHugePages(name);

export const isStandardQuotaResource = (name: string): boolean => isCompute(name) || PIECES.has(name) || name === 'requests.storage';

/** What has a name without a prefix, of quotas, containers and claims. */
export const isStandardResource = (name: string): boolean => isStandardQuotaResource(name) || name === 'storage';

/** Of which there is no half. */
export const isWhole = (name: string): boolean =>
  PIECES.has(name) || (name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.'));

/** The resource of the core group whose objects count under the name; undefined: those of the resource that the name says (`count/NAME`). */
export function resourceOfName(name: string): string | undefined {
  if (name.startsWith('count/')) return undefined;
  if (name.startsWith('services.')) return 'services';
  if (name === 'requests.storage' || name.includes('.storageclass.')) return 'persistentvolumeclaims';
  return COUNTED_OBJECTS.has(name) ? name : 'pods';
}

/** How the objects of a resource are counted: `count/deployments.apps`. */
export const countName = (group: string, plural: string): string => (group === '' ? `count/${plural}` : `count/${plural}.${group}`);
