// A machine that joins is a pool of one Node. Its name holds the Node's, and a part that no other machine ever has.
const PREFIX = 'joined.';
const FORM = /^joined\.[a-z0-9]{8}\.(.+)$/;
/** The pool is the value of a label, which is at most 63 characters long. Source: "Labels and Selectors". */
const LABEL_MAX = 63;
export const MACHINE_ID_LENGTH = 8;

/** The longest name that a Node of such a machine may have. */
export const MACHINE_NODE_MAX = LABEL_MAX - PREFIX.length - MACHINE_ID_LENGTH - 1;

/** The pool of a machine; `id`: eight letters and digits by chance. */
export const machinePool = (id: string, node: string): string => `${PREFIX}${id}.${node}`;

/** The name of the only Node of a machine's pool; undefined for a pool that nobody joined with. */
export const machineNodeOf = (pool: string): string | undefined => FORM.exec(pool)?.[1];
