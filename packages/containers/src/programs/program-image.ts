import { defineImage, type Image, type ImageContext } from '../image.ts';
import { shell } from '../images/shell/shell.ts';
import { cannotStart, noSuchProgram } from '../runtime-words.ts';
import { ProgramExit } from './program-exit.ts';

/** One program of an image: what it was called with (its name first), and what it lives on. The answer is its exit code. */
export type Program = (context: ImageContext, words: readonly string[]) => Promise<number> | number;

export interface ProgramImage extends Pick<Image, 'names' | 'defaultPorts' | 'shell'> {
  /** By the name of the file. */
  programs: Readonly<Record<string, Program>>;
  /** What `args` are added to (ENTRYPOINT); none: `args` are a command themselves. */
  entrypoint?: readonly string[];
  /** Stands in for `args` where none are given (CMD). */
  defaultArgs?: readonly string[];
  /** What its entry point makes of `args`, where it is a script that looks at them. */
  completeArgs?(args: readonly string[]): readonly string[];
}

/** An image that is a few programs, started as a container runtime does: `command` replaces the entry point, `args` what follows it. */
export function programImage({ programs, entrypoint = [], defaultArgs = [], completeArgs = (args) => args, ...rest }: ProgramImage): Image {
  const wordsOf = ({ command, args }: Pick<ImageContext, 'command' | 'args'>): string[] =>
    command.length > 0 ? [...command, ...args] : [...entrypoint, ...(args.length > 0 ? completeArgs(args) : defaultArgs)];
  const programOf = (words: readonly string[]): Program | undefined => {
    const name = words[0]?.split('/').at(-1) ?? '';
    return Object.hasOwn(programs, name) ? programs[name] : undefined;
  };
  return defineImage({
    ...rest,
    programs: Object.keys(programs),
    ...(entrypoint.length === 0 ? { execsArgs: true } : {}),
    // What is no program of its own may be a script, or one that its distribution has.
    async refuses(context) {
      const words = wordsOf(context);
      if (programOf(words)) return undefined;
      return rest.shell === false ? cannotStart(noSuchProgram(words[0] ?? '')) : shell.refuses?.({ ...context, command: words, args: [] });
    },
    async run(context) {
      const words = wordsOf(context);
      const program = programOf(words);
      if (!program) return shell.run({ ...context, command: words, args: [] });
      try {
        return await program(context, words);
      } catch (error) {
        if (!(error instanceof ProgramExit)) throw error;
        if (error.message !== '') void context.stderr(`${error.message}\n`);
        return error.code;
      }
    },
  });
}
