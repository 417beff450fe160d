export * from './pod-explanation.ts';
export * from './questions.ts';
export * from './what-if.ts';
