export { linksFrom } from './links-file.adapter.ts';
export * from './node-links.ts';
