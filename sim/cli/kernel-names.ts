import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';
import { CATALOG, type CatalogEntry, catalogEntry } from '../kernel/packages/catalog.ts';
import { kernelMeant } from '../kernel/packages/kernel-meant.ts';
import { UML_VIRTUAL } from '../kernel/uml-virtual/built.ts';

/**
 * The catalog's entries of names that a person gave.
 * @throws DiagnosticError with every name that is none, and when there is no name at all; before anything is done
 */
export function catalogEntries(names: readonly string[], verb: string): CatalogEntry[] {
  const known = CATALOG.map(({ name }) => name);
  if (names.length === 0) {
    const message = `which kernels? ipvlane kernels ${verb} NAME…`;
    throw new DiagnosticError('input', [
      { code: 'E514', severity: 'error', message, help: `use one of: ${known.join(', ')}` },
    ]);
  }
  const entries = names.map((name) => catalogEntry(name));
  const unknown = names.filter((_, index) => entries[index] === null);
  if (unknown.length === 0) return entries.filter((entry) => entry !== null);
  throw new DiagnosticError(
    'input',
    unknown.map((name) => unknownKernel(name, known)),
  );
}

function unknownKernel(name: string, known: readonly string[]): Diagnostic {
  const message = `the catalog has no kernel \`${name}\``;
  const built = `ipvlane kernels build ${UML_VIRTUAL}`;
  const help =
    name === UML_VIRTUAL
      ? `${built}: it is built here`
      : (kernelMeant(name, [...known, UML_VIRTUAL]) ?? `use one of: ${known.join(', ')}; or ${built}`);
  return { code: 'E514', severity: 'error', message, help };
}
