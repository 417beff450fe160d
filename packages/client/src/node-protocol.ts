// What the API server says when it opens a byte stream to a node (`nodeSubject`): the stream's hello, as JSON.

/** `kubectl logs`. The node answers with the log's bytes. Source: `corev1.PodLogOptions`. */
export interface LogsHello {
  namespace: string;
  pod: string;
  container: string;
  follow: boolean;
  previous: boolean;
  timestamps: boolean;
  tailLines?: number;
  limitBytes?: number;
  /** Only lines at or after this time, in milliseconds since the epoch. */
  sinceMs?: number;
}

/** `kubectl exec`. Both sides then speak in frames (`encodeChannelFrame`). Source: `corev1.PodExecOptions`. */
export interface ExecHello {
  namespace: string;
  pod: string;
  container: string;
  command: readonly string[];
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}

/** `kubectl attach`. Frames as with exec. Source: `corev1.PodAttachOptions`. */
export type AttachHello = Omit<ExecHello, 'command'>;

/** One connection of `kubectl port-forward`, to a port of the Pod's localhost. The stream is the connection's bytes, both ways. */
export interface PortForwardHello {
  namespace: string;
  pod: string;
  port: number;
}
