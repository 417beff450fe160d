/** The signals that a container may get, by number (Linux, x86). */
export const SIGNALS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGWINCH: 28,
} as const satisfies Record<string, number>;

export type SignalName = keyof typeof SIGNALS;

/** All of them. */
export const SIGNAL_NAMES: readonly SignalName[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGABRT',
  'SIGKILL',
  'SIGUSR1',
  'SIGSEGV',
  'SIGUSR2',
  'SIGPIPE',
  'SIGALRM',
  'SIGTERM',
  'SIGCHLD',
  'SIGCONT',
  'SIGWINCH',
];

/** The signals that do nothing to a program that says nothing of them; every other one ends it. */
export const HARMLESS: ReadonlySet<SignalName> = new Set<SignalName>(['SIGCHLD', 'SIGCONT', 'SIGWINCH']);

/** A signal by its name, with or without `SIG`, in any case, or by its number; as `kill` and `trap` take it. */
export function signalNamed(text: string): SignalName | undefined {
  const upper = text.toUpperCase();
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  return SIGNAL_NAMES.find((known) => known === name || String(SIGNALS[known]) === text);
}
