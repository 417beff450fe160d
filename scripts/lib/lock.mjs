import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SetupError } from './run.mjs';

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Runs `work` while no other process holds the lock file; a lock whose owner is gone is taken over. */
export async function withLock(file, work, { onWait = () => {} } = {}) {
  mkdirSync(dirname(file), { recursive: true });
  for (let waited = false; ; ) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code === 'EACCES' || error.code === 'EROFS') {
        throw new SetupError(
          `there is something to set up, and ${dirname(file)} cannot be written by this user.\nRun npm start once as the owner of the folder, or work in a clone of your own.`,
        );
      }
      if (error.code !== 'EEXIST') throw error;
      const owner = Number.parseInt(readSafely(file), 10);
      if (owner && !alive(owner)) {
        rmSync(file, { force: true });
        continue;
      }
      if (!waited) onWait(owner);
      waited = true;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function readSafely(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
