import { type Image, repositoryOf } from '../image.ts';
import { echo } from '../images/echo/echo.ts';
import { pause } from '../images/pause/pause.ts';
import { isShellCommand, shell } from '../images/shell/shell.ts';

const BUILT_IN: readonly Image[] = [pause, shell, echo];

export interface FoundImage {
  image: Image;
  /** False when nothing goes by that name, and the image stands in for it. */
  known: boolean;
}

export type FindImage = (name: string, command: readonly string[], args: readonly string[]) => FoundImage;

/** Finds the program for an image's name and command. A command that the shell knows runs in the shell, whatever the image. */
export function imageRegistry(more: readonly Image[] = []): FindImage {
  const byName = new Map<string, Image>();
  for (const image of [...BUILT_IN, ...more]) for (const name of image.names) byName.set(name, image);
  return (name, command, args) => {
    const found = byName.get(repositoryOf(name));
    const first = command[0];
    if (first !== undefined && found !== shell && isShellCommand(first)) return { image: shell, known: true };
    // `args` alone go to the image's own entry point; a server image that is given a shell's arguments is meant as a shell.
    if (first === undefined && found === undefined && args[0] !== undefined && isShellCommand(args[0]))
      return { image: shell, known: true };
    return found ? { image: found, known: true } : { image: echo, known: false };
  };
}
