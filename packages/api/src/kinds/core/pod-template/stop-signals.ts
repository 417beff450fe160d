const upTo = (count: number, name: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => name(i + 1));

const LINUX =
  'SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL SIGPIPE SIGPOLL SIGPROF SIGPWR SIGQUIT SIGRTMAX SIGRTMIN SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ';

/** The signals that may stop a container, by the operating system of its Pod; sorted. Source: the API reference, Lifecycle.stopSignal. */
export const STOP_SIGNALS: Readonly<Record<'linux' | 'windows', readonly string[]>> = {
  linux: [...LINUX.split(' '), ...upTo(14, (i) => `SIGRTMAX-${i}`), ...upTo(15, (i) => `SIGRTMIN+${i}`)].sort(),
  windows: ['SIGKILL', 'SIGTERM'],
};
