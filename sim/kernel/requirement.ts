import type { Requirement } from './kernel.ts';
import { findProgram } from './program.ts';

/** A program that must be there, and the Debian package that brings it. */
export function programRequirement(name: string, debianPackage: string): Requirement {
  const path = findProgram(name);
  return {
    name,
    met: path !== null,
    detail: path ?? 'not found',
    fix: path === null ? `sudo apt-get install -y --no-install-recommends ${debianPackage}` : null,
  };
}
