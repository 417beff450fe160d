import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { componentOptions, leaderOptions } from './component-options.ts';
import { helpText } from './help.ts';
import { option } from './option.ts';
import { parseOptions } from './parse.ts';
import { duration, integer, list, text, toggle } from './schemas.ts';

const table = {
  natsUrl: option({ description: 'Where NATS is.', schema: text, value: 'URL' }),
  nodes: option({ description: 'How many nodes.', schema: integer(1, 5_000), default: 3, value: 'N' }),
  grace: option({ description: 'How long.', schema: duration, default: 15_000, value: 'TIME' }),
  names: option({ description: 'Which.', schema: list, default: [], value: 'NAMES' }),
  fast: option({ description: 'Hurry.', schema: toggle, default: false }),
  elect: option({ description: 'Elect.', schema: toggle, default: true }),
  creds: option({ description: 'A file.', schema: z.string().optional(), value: 'FILE' }),
};
const configOf = (argv: string[], env: Record<string, string> = {}) => {
  const parsed = parseOptions(table, argv, env);
  return parsed.ask === 'run' ? parsed.config : parsed.ask;
};

describe('options', () => {
  test('flags go before variables, variables before defaults', () => {
    expect(
      configOf(['--nats-url', 'nats://a', '--nodes=7', '--fast', '--no-elect'], { KUBERNATS_NODES: '9', KUBERNATS_GRACE: '1m30s' }),
    ).toEqual({
      natsUrl: 'nats://a',
      nodes: 7,
      grace: 90_000,
      names: [],
      fast: true,
      elect: false,
      creds: undefined,
    });
  });

  test('variables are parsed like flags, and an empty one counts as absent', () => {
    const env = {
      KUBERNATS_NATS_URL: 'nats://b',
      KUBERNATS_NAMES: 'a, b',
      KUBERNATS_FAST: 'true',
      KUBERNATS_ELECT: '0',
      KUBERNATS_NODES: '',
    };
    expect(configOf([], env)).toMatchObject({ natsUrl: 'nats://b', names: ['a', 'b'], fast: true, elect: false, nodes: 3 });
  });

  const wrong: [string, string[], Record<string, string>, string][] = [
    ['a missing one', [], {}, '--nats-url is required (or the variable KUBERNATS_NATS_URL)'],
    ['an unknown flag', ['--nats-url', 'x', '--colour', 'red'], {}, "Unknown option '--colour'"],
    ['no value', ['--nats-url'], {}, "Option '--nats-url <value>' argument missing"],
    ['an argument', ['--nats-url', 'x', 'up'], {}, "Unexpected argument 'up'"],
    ['no number', ['--nats-url', 'x', '--nodes', 'many'], {}, '--nodes: "many" must be a whole number'],
    ['too large', ['--nats-url', 'x'], { KUBERNATS_NODES: '9999' }, 'KUBERNATS_NODES: "9999" must be at most 5000'],
    ['no time', ['--nats-url', 'x', '--grace', 'soon'], {}, '--grace: "soon" must be a time such as 500ms, 15s or 1m30s'],
    ['no switch', ['--nats-url', 'x'], { KUBERNATS_FAST: 'maybe' }, 'KUBERNATS_FAST: "maybe" must be true or false'],
  ];
  test.each(wrong)('wrong usage names the flag: %s', (_what, argv, env, message) => {
    expect(() => parseOptions(table, argv, env)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(message) }),
    );
  });

  test('help is asked for whatever else is wrong with the values', () => {
    expect(configOf(['--help', '--nodes', 'many'])).toBe('help');
    expect(configOf(['--version'])).toBe('version');
  });

  test('--help prints the table', () => {
    const shown = helpText({ name: 'x', description: 'does y', options: { ...componentOptions, ...leaderOptions } });
    expect(shown).toMatch(/--nats-url URL {2,}Where the NATS server is\. \[KUBERNATS_NATS_URL, default nats:\/\/127\.0\.0\.1:4222\]/);
    expect(shown).toContain('--leader-elect  ');
  });
});
