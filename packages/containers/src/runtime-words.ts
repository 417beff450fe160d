// What a container runtime (containerd with runc) says when a program cannot be started.

const CREATE = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed';

/** A container's own program could not be started, for this reason. */
export const cannotStart = (why: string): string => `${CREATE}: unable to start container process: error during container init: ${why}`;

/** A program could not be started beside it. */
export const cannotExec = (execId: string, why: string): string =>
  `failed to exec in container: failed to start exec "${execId}": OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`;

/** There is no such program: why, by how it was asked for. */
export const noSuchProgram = (word: string): string =>
  word.includes('/') ? `exec: "${word}": stat ${word}: no such file or directory` : `exec: "${word}": executable file not found in $PATH`;
