import { parseDuration } from '@kubernats/apimachinery';
import * as z from 'zod';

// Schemas that take the text of a flag or variable, or the value itself as a default.

export const text = z.string().min(1, 'must not be empty');

export const integer = (min: number, max: number) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?\d+$/, 'must be a whole number')
        .transform(Number),
    ])
    .pipe(z.number().int('must be a whole number').min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

/** A share of something, such as `0.1`. */
export const share = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d+(\.\d+)?$/, 'must be a number such as 0.1')
      .transform(Number),
  ])
  .pipe(z.number().min(0));

/** A number of a TCP port, or 0. */
export const port = integer(0, 65_535);

/** `HOST:PORT`. */
export const address = z.string().transform((value, context) => {
  const [, host = '', number = ''] = /^([^\s:]+):(\d{1,5})$/.exec(value) ?? [];
  if (host !== '' && Number(number) <= 65_535) return { host, port: Number(number) };
  context.issues.push({ code: 'custom', message: 'must be HOST:PORT', input: value });
  return z.NEVER;
});

/** A switch. Variables say `true`, `false`, `1` or `0`. */
export const toggle = z.union([
  z.boolean(),
  z.enum(['true', 'false', '1', '0'], 'must be true or false').transform((value) => value === 'true' || value === '1'),
]);

/** A time such as `500ms`, `15s`, `1m30s`, as milliseconds. */
export const duration = z.union([
  z.number().min(0),
  z.string().transform((value, context) => {
    const ms = parseDuration(value);
    if (ms !== undefined) return ms;
    context.issues.push({ code: 'custom', message: 'must be a time such as 500ms, 15s or 1m30s', input: value });
    return z.NEVER;
  }),
]);

/** Names separated by commas. */
export const list = z.union([
  z.array(z.string()),
  z.string().transform((value) =>
    value
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
]);
