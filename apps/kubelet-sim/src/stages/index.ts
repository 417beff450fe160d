// What the cli and testkit need to know of life cycles without loading a kubelet.
export { readStages } from './read-stages.ts';
export { type StageTable, type StageTableInput, stageTable } from './stage-table.ts';
