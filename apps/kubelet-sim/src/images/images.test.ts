import { describe, expect, it } from 'vitest';
import { imagePolicy, imagePolicySchema, ruleFor } from './image-policy.ts';
import { parseImageReference } from './image-reference.ts';
import { NodeImages } from './node-images.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe("an image's name", () => {
  it.each([
    ['nginx', 'docker.io', 'library/nginx', undefined, undefined],
    ['nginx:1.27', 'docker.io', 'library/nginx', '1.27', undefined],
    ['traefik/whoami', 'docker.io', 'traefik/whoami', undefined, undefined],
    ['localhost:5000/a/b:c', 'localhost:5000', 'a/b', 'c', undefined],
    [`ghcr.io/x/y@${DIGEST}`, 'ghcr.io', 'x/y', undefined, DIGEST],
    [`index.docker.io/library/nginx:1@${DIGEST}`, 'docker.io', 'library/nginx', '1', DIGEST],
  ])('%s', (image, domain, path, tag, digest) => {
    expect(parseImageReference(image)).toEqual({ domain, path, tag, digest });
  });

  it.each([
    ['', 'invalid reference format'],
    ['nginx:', 'invalid reference format'],
    ['a:b:c', 'invalid reference format'],
    ['-nginx', 'invalid reference format'],
    ['../etc/passwd', 'invalid reference format'],
    ['nginx@sha256:12', 'invalid reference format'],
    ['__proto__', 'invalid reference format'],
    ['NGINX', 'invalid reference format: repository name (library/NGINX) must be lowercase'],
    ['b'.repeat(64), `invalid repository name (${'b'.repeat(64)}), cannot specify 64-byte hexadecimal strings`],
    ['c'.repeat(250), 'repository name must not be more than 255 characters'],
  ])('%s is none', (image, problem) => {
    expect(parseImageReference(image)).toBe(problem);
  });
});

describe('an image policy', () => {
  const policy = imagePolicy(
    imagePolicySchema.parse([
      { image: 'shop/*', is: 'missing' },
      { image: 'nginx:9', is: 'missing' },
      { image: 'registry.example.com/*', is: 'denied', pullMs: 5, size: '1Ki' },
      { image: '*', pullMs: 7 },
    ]),
  );

  it.each([
    ['shop/app:1', 'missing', 0],
    ['docker.io/shop/app', 'missing', 0],
    ['nginx:9', 'missing', 0],
    ['docker.io/library/nginx:9', 'missing', 0],
    ['nginx:90', 'exists', 7],
    ['registry.example.com/shop/app', 'denied', 5],
    ['example.com/shop/app', 'exists', 7],
  ])('%s is %s', (image, is, pullMs) => {
    expect(ruleFor(policy, image)).toMatchObject({ is, pullMs });
  });

  it('what it does not name exists', () => {
    expect(ruleFor([], 'anything')).toEqual({ is: 'exists', pullMs: 0, sizeBytes: 0 });
  });

  it('a Pod may say what is missing for it alone', () => {
    const annotations = { 'kubernats.dev/missing-images': ' web , cache:* ' };
    expect(['web', 'web:2', 'cache:7', 'worker'].map((image) => ruleFor([], image, annotations).is)).toEqual([
      'missing',
      'missing',
      'missing',
      'exists',
    ]);
  });

  it.each([
    [[{ image: 'a', is: 'gone' }], /is/],
    [[{ image: 'a', pullms: 3 }], /pullms/],
    [[{ image: 'a', size: 'big' }], /quantity/],
    [{ image: 'a' }, /array/],
  ])('a file that says %o is refused', (rows, problem) => {
    expect(imagePolicySchema.safeParse(rows).error?.message).toMatch(problem);
  });
});

describe('the images of a node', () => {
  it('fifty are listed at most, the largest first; those of the time before are known', () => {
    let changes = 0;
    const images = new NodeImages(() => changes++);
    for (let i = 0; i < 60; i++) images.add(`app:${i}`, i);
    images.add('app:1', 1);
    expect(changes).toBe(60);
    expect(images.list()).toHaveLength(50);
    expect(images.list()[0]).toMatchObject({ names: [expect.anything(), 'docker.io/library/app:59'], sizeBytes: 59 });
    const later = new NodeImages(() => {});
    later.restore(images.list());
    expect([later.has('app:59'), later.has('app:2')]).toEqual([true, false]);
  });
});
