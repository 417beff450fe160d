import { expandQuoted } from './arithmetic-names.ts';
import type { Shell } from './shell.ts';

/** The text of a prompt. Source: bash, Controlling the Prompt. */
export async function promptText(shell: Shell, prompt: string): Promise<string> {
  const { process, variables } = shell;
  const home = variables.get('HOME') ?? '/root';
  const cwd = process.cwd === home || process.cwd.startsWith(`${home}/`) ? `~${process.cwd.slice(home.length)}` : process.cwd;
  const meaning = (letter: string): string | undefined => {
    switch (letter) {
      case 'w':
        return cwd;
      case 'W':
        return cwd.slice(cwd.lastIndexOf('/') + 1) || '/';
      case 'h':
        return process.system.hostname.split('.')[0];
      case 'H':
        return process.system.hostname;
      case 'u':
        return 'root';
      case '$':
        return '#';
      case 's':
        return shell.flavour === 'bash' ? 'bash' : 'sh';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 'e':
        return '\x1b';
      case '[':
      case ']':
        return '';
      case '\\':
        return '\\\\';
      default:
        return undefined;
    }
  };
  const text = prompt.replace(/\\(?:033|([\s\S]))/g, (whole: string, letter?: string) =>
    letter === undefined ? '\x1b' : (meaning(letter) ?? whole),
  );
  return /[$`]/.test(text) ? expandQuoted(shell, text) : text;
}
