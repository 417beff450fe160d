import type { ImageContext } from '../../image.ts';
import { repositoryOf } from '../../image.ts';

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

// By name, so that it is known without loading them; programs.test.ts holds this list against what there is.
const PROGRAMS = (
  'sh bash ash dash [ apk apt apt-get arch awk base64 basename cat chgrp chmod chown clear cmp column comm cp curl cut date dd df diff dig ' +
  'dirname dmesg dnf du echo egrep env expand expr false fgrep file find fold free getent grep groups gunzip gzip head hexdump host hostname httpd id ' +
  'ifconfig ip join jq kill killall kubernats-use less ln ls md5sum mkdir mktemp more mount mv nc netcat netstat nice nl nohup nproc nslookup od paste pgrep ' +
  'pidof ping pkill printenv printf ps pwd readlink realpath reset rev rg rm rmdir route sed seq setsid sha1sum sha256sum sha512sum sleep sort ' +
  'split ss stat stdbuf stress strings stty sync tac tail tar tee telnet test time timeout top touch tr tree true truncate tty umount uname unexpand ' +
  'uniq unlink uptime usleep watch wc wget which whoami xargs yes yq yum zcat'
).split(' ');
const PROGRAM_NAMES: ReadonlySet<string> = new Set(PROGRAMS);

const lastSegment = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Whether a container's first word is a shell or a program that the shell has, so that any image with that word is run by it. */
export function isShellCommand(word: string): boolean {
  const name = lastSegment(word);
  // Apache's has the same name as busybox' and is what most images mean.
  return name !== 'httpd' && PROGRAM_NAMES.has(name);
}

/** Whether the shell's own images have a program of that name. */
export function isProgramName(name: string): boolean {
  return PROGRAM_NAMES.has(name);
}

export function programNames(): readonly string[] {
  return PROGRAMS;
}

/** What an image runs when nobody says. */
const DEFAULT_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  bash: ['bash'],
  debian: ['bash'],
  ubuntu: ['/bin/bash'],
  'buildpack-deps': ['bash'],
  'nicolaka/netshoot': ['bash'],
  'curlimages/curl': ['curl'],
};

/** The command line of a container. Kubernetes: `command` replaces an image's entry point, `args` its arguments. */
export function commandLine({ image, command, args }: Pick<ImageContext, 'image' | 'command' | 'args'>): readonly string[] {
  if (command.length > 0) return [...command, ...args];
  const repository = repositoryOf(image);
  const [first] = args;
  if (first === undefined) return DEFAULT_COMMANDS[repository] ?? ['sh'];
  // These two have entry points that take options and URLs without their program's name.
  if (repository === 'curlimages/curl' && (first.startsWith('-') || first.includes('://'))) return ['curl', ...args];
  if (repository === 'bash' && first.startsWith('-')) return ['bash', ...args];
  return args;
}

/** One word, however it is made. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
