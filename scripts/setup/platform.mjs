import { SetupError } from '../lib/run.mjs';

/** Pods, Services and nodes get addresses of their own in 127.0.0.0/8, which only Linux has without further set-up. */
export function requireLinux(platform = process.platform) {
  if (platform === 'linux') return;
  const name = { darwin: 'macOS', win32: 'Windows' }[platform] ?? platform;
  throw new SetupError(
    `kubernats runs natively on Linux only: ${name} has no addresses for Pods and Services in 127.0.0.0/8.\n` +
      'Run it in Docker or a Linux virtual machine instead: docker compose up',
  );
}
