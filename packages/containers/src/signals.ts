/** The signals that a container may get, by number (Linux, x86). */
export const SIGNALS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
} as const satisfies Record<string, number>;

export type SignalName = keyof typeof SIGNALS;
