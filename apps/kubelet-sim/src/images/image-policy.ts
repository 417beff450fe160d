import { isQuantity, quantityValue } from '@kubernats/apimachinery';
import { globMatches } from '@kubernats/containers';
import * as z from 'zod';
import { parseImageReference } from './image-reference.ts';

/**
 * Whether an image can be had: `exists` in its registry, `present` on every node from the start, `missing`, or `denied` to whoever has no
 * secret for its registry.
 */
export type Availability = 'exists' | 'present' | 'missing' | 'denied';

/** What is so of the images whose name matches. */
export interface ImageRule {
  /** A name, with or without its tag (and, if it is Docker Hub's, its registry); `*` stands for any run of characters. */
  image: string;
  is: Availability;
  /** How long a pull takes, in milliseconds. */
  pullMs: number;
  sizeBytes: number;
}

/** The first rule that matches counts; an image that none matches exists, and is pulled in no time. */
export type ImagePolicy = readonly ImageRule[];

/** Names, patterns too, of images that do not exist, for one Pod: `kubernats.dev/missing-images: "shop/*,nginx:9"`. */
export const MISSING_IMAGES = 'kubernats.dev/missing-images';

const EXISTS: Omit<ImageRule, 'image'> = { is: 'exists', pullMs: 0, sizeBytes: 0 };

/** The rows of a policy's file. Unknown fields are refused: a typing error must not make an image exist. */
export const imagePolicySchema = z.array(
  z.strictObject({
    image: z.string().min(1),
    is: z.enum(['exists', 'present', 'missing', 'denied']).default('exists'),
    pullMs: z.number().int().min(0).default(0),
    size: z.string().refine(isQuantity, 'must be a quantity such as 120Mi').optional(),
  }),
);

export function imagePolicy(rows: z.infer<typeof imagePolicySchema>): ImagePolicy {
  return rows.map(({ image, is, pullMs, size }) => ({ image, is, pullMs, sizeBytes: size === undefined ? 0 : quantityValue(size) }));
}

export const missingImages = (patterns: readonly string[]): ImagePolicy =>
  patterns.map((image) => ({ image, is: 'missing', pullMs: 0, sizeBytes: 0 }));

/** What is so of an image for a Pod with these annotations. */
export function ruleFor(policy: ImagePolicy, image: string, annotations: Readonly<Record<string, string>> = {}): Omit<ImageRule, 'image'> {
  const missing = annotations[MISSING_IMAGES];
  if (missing === undefined && policy.length === 0) return EXISTS;
  const patterns = (missing ?? '').split(',').map((each) => each.trim());
  const own = missingImages(patterns.filter((each) => each !== ''));
  const forms = formsOf(image);
  return [...own, ...policy].find((rule) => forms.some((form) => globMatches(rule.image, form))) ?? EXISTS;
}

/** How a name may be written: as it is, in full and, if it is Docker Hub's, short; each with and without its tag. */
function formsOf(image: string): string[] {
  const reference = parseImageReference(image);
  if (typeof reference === 'string') return [image];
  const { domain, path, tag, digest } = reference;
  const names = [`${domain}/${path}`, ...(domain === 'docker.io' ? [path, path.replace(/^library\//, '')] : [])];
  const suffix = tag ?? (digest === undefined ? 'latest' : undefined);
  return [image, ...names, ...(suffix === undefined ? [] : names.map((name) => `${name}:${suffix}`))];
}
