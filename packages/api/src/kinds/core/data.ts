/** What ConfigMaps and Secrets may hold. */
export const MAX_DATA_BYTES = 1024 * 1024;
export const IMMUTABLE_NOW = 'field is immutable when `immutable` is set';
