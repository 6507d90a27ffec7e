import type { Code } from '../../diagnostics/codes.ts';
import type { KernelReport, Requirement } from '../kernel.ts';
import { machineError } from './machine-error.ts';
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

/**
 * Says all that is missing at once, with what to do about each.
 * @param attempted completes "cannot …"
 * @param otherwise another way, where there is one
 * @throws DiagnosticError of kind `machine`, where something is
 */
export function refuseUnmet(
  { requirements }: Pick<KernelReport, 'requirements'>,
  attempted: string,
  {
    code = () => 'E513',
    otherwise,
  }: { readonly code?: (missing: readonly Requirement[]) => Code; readonly otherwise?: string } = {},
): void {
  const missing = requirements.filter(({ met }) => !met);
  if (missing.length === 0) return;
  const fixes = new Set(missing.flatMap(({ fix }) => fix ?? []));
  throw machineError({
    code: code(missing),
    attempted,
    said: missing.map(({ name, detail }) => `${name}: ${detail}`).join('; '),
    remedy: otherwise === undefined ? [...fixes].join('; ') : [...fixes, otherwise].join('; or '),
  });
}
