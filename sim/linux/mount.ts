/** Mounting in the mount namespace of this thread (mount(2)). */
import { check } from './errno.ts';
import * as libc from './libc.ts';

export type MountFlag = keyof typeof FLAGS;

export interface MountSpec {
  /** `proc`, `tmpfs`, `sysfs`, `devpts`...; null for bind mounts and changes of propagation. */
  readonly type: string | null;
  readonly target: string;
  /** A path for bind mounts; a label otherwise, the type by default. */
  readonly source?: string;
  readonly flags?: readonly MountFlag[];
  /** The file system's own: `size=64m,mode=755`. */
  readonly data?: string;
}

/** @throws SystemCallError */
export function mount(spec: MountSpec): void {
  const flags = (spec.flags ?? []).reduce((all, flag) => all | FLAGS[flag], 0);
  check(
    libc.mount(spec.source ?? spec.type, spec.target, spec.type, flags, spec.data ?? null),
    'mount',
    `mount ${spec.type ?? spec.flags?.join(',') ?? 'nothing'} at ${spec.target}`,
  );
}

/** `detach`: out of sight at once, away when the last user is. @throws SystemCallError */
export function umount(target: string, detach = false): void {
  check(libc.umount2(target, detach ? MNT_DETACH : 0), 'umount2', `unmount ${target}`);
}

/**
 * Gives this thread, and processes it spawns from now on, mounts of their own, which reach nobody else and no mount of
 * the machine reaches any more. @throws SystemCallError
 */
export function unshareMounts(): void {
  check(libc.unshare(CLONE_NEWNS), 'unshare', 'make a mount namespace');
  mount({ type: null, target: '/', source: 'none', flags: ['private', 'recursive'] });
}

const MNT_DETACH = 2;
const CLONE_NEWNS = 0x00020000;

// MS_* of linux/mount.h.
const FLAGS = {
  'read-only': 1,
  nosuid: 2,
  nodev: 4,
  noexec: 8,
  remount: 32,
  bind: 4096,
  recursive: 16384,
  private: 1 << 18,
} as const;
