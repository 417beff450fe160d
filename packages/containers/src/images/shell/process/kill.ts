import { SIGNALS, type SignalName, signalNamed } from '../../../signals.ts';

/** The signal and the processes that the words of `kill` name. `0` asks only whether a process is there. */
export function signalOfKill(args: readonly string[]): { signal: SignalName | 0; targets: string[]; unknown?: string } {
  const words = [...args];
  let signal: SignalName | 0 = 'SIGTERM';
  const first = words[0];
  if (first !== undefined && /^-./.test(first) && first !== '--') {
    words.shift();
    const name = first === '-s' || first === '-n' ? (words.shift() ?? '') : first.slice(1);
    const found = name === '0' ? 0 : signalNamed(name);
    if (found === undefined) return { signal, targets: words, unknown: name };
    signal = found;
  }
  if (words[0] === '--') words.shift();
  return { signal, targets: words };
}

/** What `kill -l` prints: all names, or the name of a number. An exit status above 128 means the signal that ended a program. */
export function killWords(text: string | undefined): string {
  if (text === undefined)
    return Object.entries(SIGNALS)
      .map(([name, number]) => `${String(number).padStart(2)}) ${name.slice(3)}\n`)
      .join('');
  const number = Number(text);
  const name = signalNamed(number > 128 ? String(number - 128) : text);
  if (!name) return '\n';
  return Number.isNaN(number) ? `${SIGNALS[name]}\n` : `${name.slice(3)}\n`;
}
