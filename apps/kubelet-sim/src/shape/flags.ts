import * as z from 'zod';
import { labels, taint } from './fields.ts';

// The same fields as a command line gives them.

const entries = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** `NAME=VALUE,…` */
export const labelsFlag = z
  .string()
  .transform((text, context) => {
    const map: [string, string][] = [];
    for (const entry of entries(text)) {
      const equals = entry.indexOf('=');
      if (equals < 1) context.addIssue({ code: 'custom', message: 'must be NAME=VALUE,…' });
      map.push([entry.slice(0, equals), entry.slice(equals + 1)]);
    }
    return Object.fromEntries(map);
  })
  .pipe(labels);

/** `KEY=VALUE:EFFECT,KEY:EFFECT,…` */
export const taintsFlag = z
  .string()
  .transform((text): z.input<typeof taint>[] => entries(text))
  .pipe(z.array(taint));
