import { dirname } from 'node:path';
import { OWN_NODE } from '../lib/paths.mjs';
import { atLeast, OLDEST_NODE } from '../lib/version.mjs';

/** The Node.js that runs kubernats: the machine's own where it is new enough, else the one among the dependencies. */
export function nodeToUse() {
  return atLeast(process.versions.node, OLDEST_NODE) ? process.execPath : OWN_NODE;
}

/** PATH with that Node.js first, then the dependencies' programs: among them is a `node` that is a shell around it and takes no signals. */
export function pathWithTools(...more) {
  return [dirname(nodeToUse()), ...more, process.env.PATH].filter(Boolean).join(':');
}
