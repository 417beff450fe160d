export type { UserInfo } from './call.ts';
export { type ApiServerConfig, DEFAULT_CONFIG } from './config.ts';
export { type ApiServer, createApiServer } from './create-api-server.ts';
export type { ApiServerDeps } from './create-core.ts';
export { API_SERVER_USER, componentUser } from './system-users.ts';
