import type { Clock } from '@kubernats/clock';
import type { Files } from '@kubernats/files';
import type { PodNetwork } from './network/pod-network.ts';
import type { ContainerPort, ContainerResources, Mount, PodIdentity, TerminalSize } from './port.ts';
import type { Processes } from './processes.ts';
import type { Meter } from './resources/meter.ts';
import type { SignalName } from './signals.ts';

/** A terminal's size; `onResize` is called when it changes, until what it answers is called. */
export interface Terminal {
  readonly size: TerminalSize;
  onResize(listener: () => void): () => void;
}

/** What an image gets to live on. */
export interface ImageContext {
  readonly pod: PodIdentity;
  readonly node: { name: string; ip: string };
  /** The Pod's. */
  readonly hostname: string;
  /** Name servers of /etc/resolv.conf that listen on another port than 53, by address. */
  readonly nameserverPorts: Readonly<Record<string, number>>;
  readonly container: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string | undefined;
  /** What somebody types, until nothing more will come; undefined: nobody can. */
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
  /** Set where a terminal stands between the program and whoever reads it. */
  readonly terminal: Terminal | undefined;
  /** As the manifest declares them. */
  readonly ports: readonly ContainerPort[];
  readonly mounts: readonly Mount[];
  /** The container's whole file tree: what it wrote itself, with the volumes mounted into it. */
  readonly files: Files;
  /** The Pod's sockets; what is opened here is closed when the container ends. */
  readonly network: PodNetwork;
  /** The cluster's time; timers end with the container. */
  readonly clock: Clock;
  /** Resolves when the reader, or the disk with the log, has room for more. */
  readonly stdout: (text: string | Uint8Array) => Promise<void> | void;
  readonly stderr: (text: string | Uint8Array) => Promise<void> | void;
  /** Aborts when the container has ended, by SIGKILL too. */
  readonly signal: AbortSignal;
  /** Takes a signal instead of its default (which ends the container with 128 + number). SIGKILL cannot be taken; no handler brings the default back. */
  onSignal(name: SignalName, handle: (() => void) | undefined): void;
  /** What the container uses, and what it gets (P5). Shared by everything that runs in it. */
  readonly meter: Meter;
  /** What runs in the container beside this program: `ps`. */
  readonly processes: Processes;
  /** Whether this is the container's own program, rather than one that `exec` runs beside it. */
  readonly main: boolean;
  /** The container's image: a shell in it finds the image's own programs. Undefined where it is out of reach. */
  readonly own: Pick<Image, 'programs' | 'run'> | undefined;
  /** What it asks for and may have now: a resize of the Pod changes them while it runs. */
  resources(): ContainerResources | undefined;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** What an image may look at before it is started. */
export type StartContext = Pick<ImageContext, 'image' | 'command' | 'args' | 'env' | 'workingDir' | 'files' | 'mounts'>;

/** An image: a program that runs until it returns its exit code (nothing: 0), or is signalled. */
export interface Image {
  /** Repository names without tag, shortest form: `nginx`, `traefik/whoami`. */
  readonly names: readonly string[];
  /** Where it listens when the manifest declares no port. */
  readonly defaultPorts?: readonly number[];
  /** False: it has no shell, as images without a distribution. A shell's command is then a program that does not exist. */
  readonly shell?: boolean;
  /** Programs of its own, by the names of their files: given as a command, `run` runs them. They win over a shell's of the same name. */
  readonly programs?: readonly string[];
  /** Its entry point runs its arguments as a command, as a `docker-entrypoint.sh` does. */
  readonly execsArgs?: boolean;
  /** Refuses a start, as a runtime does when there is no such program; the text is the message. */
  refuses?(context: StartContext): Promise<string | undefined>;
  run(context: ImageContext): Promise<number | void> | number | void;
}

/** Whether a command's first word is a program of the image's own, wherever its file is. */
export function hasProgram({ programs = [] }: Pick<Image, 'programs'>, word: string): boolean {
  return programs.includes(word.slice(word.lastIndexOf('/') + 1));
}

/** Declares an image; it exists for its types. */
export function defineImage(image: Image): Image {
  return image;
}

/** `docker.io/library/nginx:1.27@sha256:…` → `nginx`; other registries keep their path: `ghcr.io/x/y:1` → `x/y`. */
export function repositoryOf(image: string): string {
  const bare = image.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  const parts = bare.split('/');
  const first = parts[0] ?? '';
  if (parts.length > 1 && (first.includes('.') || first.includes(':') || first === 'localhost')) parts.shift();
  if (parts[0] === 'library' && parts.length > 1) parts.shift();
  return parts.join('/');
}
