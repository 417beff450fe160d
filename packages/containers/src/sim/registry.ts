import { hasProgram, type Image, repositoryOf } from '../image.ts';
import { BUILT_IN } from '../images/built-in.ts';
import { echo } from '../images/echo/echo.ts';
import { isShellCommand, shell } from '../images/shell/shell.ts';

export interface FoundImage {
  image: Image;
  /** False when nothing goes by that name, and the image stands in for it. */
  known: boolean;
}

export type FindImage = (name: string, command: readonly string[], args: readonly string[]) => FoundImage;

/** Images of the user's, which may change at any time. */
export interface UserImages {
  /** By repository, as `repositoryOf` gives it; undefined: there is none of that name. */
  find(repository: string): Image | undefined;
  /** Looks for what has changed. A container that starts waits for it. */
  refresh(): Promise<void>;
}

/**
 * Finds the program for an image's name and command: the user's own images first, then those of `more`, then the built-in ones. A command that the shell
 * knows runs in the shell, whatever the image, unless the image says that it has none.
 */
export function imageRegistry(more: readonly Image[] = [], users?: Pick<UserImages, 'find'>): FindImage {
  const byName = new Map<string, Image>();
  for (const image of [...BUILT_IN, ...more]) for (const name of image.names) byName.set(name, image);
  return (name, command, args) => {
    const repository = repositoryOf(name);
    const found = users?.find(repository) ?? byName.get(repository);
    // `args` alone go to the image's own entry point, which may run them; a server that nobody knows and that is given a shell's arguments is meant as a shell.
    const first = command[0] ?? (found === undefined || found.execsArgs === true ? args[0] : undefined);
    const own = first !== undefined && found !== undefined && hasProgram(found, first);
    if (first !== undefined && !own && found !== shell && found?.shell !== false && isShellCommand(first))
      return { image: shell, known: true };
    return found ? { image: found, known: true } : { image: echo, known: false };
  };
}
