/** What a kernel could leave on this machine, as sets of words that can be compared before and after. */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

const NAMESPACES = ['net', 'mnt', 'pid', 'user', 'ipc', 'uts'];

export interface Traces {
  /** `type:[inode]` of every namespace that a living process is in. */
  readonly namespaces: ReadonlySet<string>;
  readonly mounts: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  readonly links: ReadonlySet<string>;
}

/** Looks at the whole machine, and for files into the folders named. */
export function tracesNow(folders: readonly string[]): Traces {
  return {
    namespaces: new Set(living(processes()).flatMap(namespacesOf)),
    mounts: new Set(readFileSync('/proc/self/mounts', 'utf8').trim().split('\n')),
    files: new Set(folders.flatMap(entries)),
    links: new Set(entries('/sys/class/net')),
  };
}

/** Namespaces by `type:[inode]`, open until disposed of. */
export interface HeldNamespaces extends Disposable {
  readonly names: ReadonlySet<string>;
}

/**
 * The namespaces that these processes are in and this one is not. They are held: the kernel gives the number of a
 * namespace that is gone to the next one made, which may be somebody else's.
 */
export function holdForeignNamespaces(pids: readonly number[]): HeldNamespaces {
  const own = new Set(namespacesOf(process.pid));
  const held = pids.flatMap((pid) => NAMESPACES.flatMap((name) => opened(`/proc/${pid}/ns/${name}`)));
  return {
    names: new Set(pids.flatMap(namespacesOf).filter((namespace) => !own.has(namespace))),
    [Symbol.dispose]: () => held.forEach((fd) => closeSync(fd)),
  };
}

function opened(file: string): number[] {
  try {
    return [openSync(file, 'r')];
  } catch {
    return []; // it ended
  }
}

/** Which of these processes still live; a zombie that nobody has waited for is dead. */
export function living(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
    } catch {
      return false;
    }
  });
}

function processes(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function namespacesOf(pid: number): string[] {
  return NAMESPACES.flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/ns/${name}`)];
    } catch {
      return []; // it ended, or is a zombie
    }
  });
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}
