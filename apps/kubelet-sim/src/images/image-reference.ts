// The names of images. Source: the reference grammar of the distribution project, which kubelets and runtimes share.

export interface ImageReference {
  /** `docker.io`, `registry.example.com:5000`. */
  domain: string;
  /** `library/nginx`. */
  path: string;
  tag: string | undefined;
  digest: string | undefined;
}

const DOMAIN = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::\d+)?$/;
const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const REST = /^([^:@]+)(?::([\w][\w.-]{0,127}))?(?:@([a-zA-Z][a-zA-Z0-9]*(?:[-_+.][a-zA-Z][a-zA-Z0-9]*)*:[0-9a-fA-F]{32,}))?$/;

/** Reads an image's name; a text says what is wrong with it. */
export function parseImageReference(image: string): ImageReference | string {
  if (/^[a-f0-9]{64}$/.test(image)) return `invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`;
  const slash = image.indexOf('/');
  const first = slash === -1 ? '' : image.slice(0, slash);
  const hasDomain = slash !== -1 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  const domain = hasDomain ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  const remainder = hasDomain ? image.slice(slash + 1) : image;
  const [, name = '', tag, digest] = REST.exec(remainder) ?? [];
  const path = domain === 'docker.io' && !name.includes('/') ? `library/${name}` : name;
  const upper = /^([^:@]*)/.exec(remainder)?.[1] ?? '';
  if (upper !== upper.toLowerCase()) {
    const named = domain === 'docker.io' && !upper.includes('/') ? `library/${upper}` : upper;
    return `invalid reference format: repository name (${named}) must be lowercase`;
  }
  if (name === '' || !DOMAIN.test(domain) || !PATH.test(path)) return 'invalid reference format';
  if (domain.length + 1 + path.length > 255) return 'repository name must not be more than 255 characters';
  return { domain, path, tag, digest };
}
