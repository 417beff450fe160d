export { linksBeside } from './links-file.adapter.ts';
export * from './node-links.ts';
