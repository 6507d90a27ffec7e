/** A mount namespace for a command: what a test hides from it is hidden from nobody else. */
import { spawnSync } from 'node:child_process';

const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];

/** Words before a command's own. */
export const OWN_MOUNTS = ['unshare', ...asRoot, '--mount', '--propagation', 'private'] as const;

const [unshare, ...options] = OWN_MOUNTS;

/** Why there is none to be had here; null when there is. */
export const noOwnMounts =
  spawnSync(unshare, [...options, 'true']).status === 0 ? null : 'no mount namespace of one’s own here';
