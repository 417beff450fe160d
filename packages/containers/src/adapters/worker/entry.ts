/** The file that an image worker starts from: beside this one in the sources, beside the app in its bundle. */
export function workerEntry(): URL {
  return import.meta.url.endsWith('.ts') ? new URL('./guest-main.ts', import.meta.url) : new URL('./image-worker-main.js', import.meta.url);
}

/** Node's options of every worker. What a module's author should know, its errors say. */
export const WORKER_EXEC_ARGV = ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
