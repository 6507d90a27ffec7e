/** Which files a Scenario may have read: it may come from anybody. */
import { dirname, isAbsolute, normalize, relative } from 'node:path/posix';
import type { Files } from './files.ts';

/** A key that every object of Kubernetes and of ours has, in YAML or JSON. */
const MANIFEST = /["']?\b(apiVersion|kind)["']?\s*:/;

/** Of what does not look like one nothing is printed. */
export function looksLikeManifest(text: string): boolean {
  return MANIFEST.test(text);
}

export class Walls {
  readonly #files: Files;
  readonly #roots: string[] = [];
  readonly #isOpen: boolean;

  constructor(files: Files, isOpen: boolean) {
    this.#files = files;
    this.#isOpen = isOpen;
    this.#add('.');
  }

  /** What lies below a path that a person has given may be read. */
  give(path: string): void {
    const stat = this.#files.stat(path);
    if (stat !== null) this.#add(stat.kind === 'folder' ? path : dirname(path));
  }

  /** null: it may be read, or is not there at all; else why not, in words. */
  problemOf(path: string): string | null {
    const stat = this.#files.stat(path);
    if (stat === null) return null;
    if (stat.kind === 'file' && stat.special === true) return `${path} is no regular file`;
    if (this.#isOpen) return null;
    const real = this.#real(path);
    const isInside = this.#roots.some((root) => {
      const way = relative(root, real);
      return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
    });
    return isInside ? null : `${path} lies outside of the paths given and of the working directory`;
  }

  #add(path: string): void {
    this.#roots.push(this.#real(path));
  }

  #real(path: string): string {
    try {
      return this.#files.realPath?.(path) ?? normalize(path);
    } catch {
      return normalize(path);
    }
  }
}
