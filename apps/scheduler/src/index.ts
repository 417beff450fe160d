export { type Decision, decide } from './decide.ts';
export { Snapshot } from './snapshot/snapshot.ts';
